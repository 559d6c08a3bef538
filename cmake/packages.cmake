# Finds the libraries. What is missing is named with the Debian package that brings it.
include(CheckIncludeFile)
find_package(PkgConfig QUIET)

function(hl78sim_need found what package)
  if(NOT ${found})
    message(FATAL_ERROR
      "${what} is missing: install the Debian package ${package} "
      "(sh tools/install-packages.sh installs everything that is needed).")
  endif()
endfunction()

hl78sim_need(PKG_CONFIG_FOUND "pkg-config" pkg-config)

# libev and mbedTLS bring no pkg-config file in Debian 12.
find_path(EV_INCLUDE_DIR ev.h)
find_library(EV_LIBRARY ev)
set(EV_FOUND FALSE)
if(EV_INCLUDE_DIR AND EV_LIBRARY)
  set(EV_FOUND TRUE)
endif()
hl78sim_need(EV_FOUND "libev" libev-dev)

find_path(MBEDTLS_INCLUDE_DIR mbedtls/sha256.h)
find_library(MBEDCRYPTO_LIBRARY mbedcrypto)
set(MBEDTLS_OK FALSE)
if(MBEDTLS_INCLUDE_DIR AND MBEDCRYPTO_LIBRARY)
  set(MBEDTLS_OK TRUE)
endif()
hl78sim_need(MBEDTLS_OK "mbedTLS" libmbedtls-dev)

pkg_check_modules(CJSON QUIET IMPORTED_TARGET libcjson)
hl78sim_need(CJSON_FOUND "cJSON" libcjson-dev)

if(HL78SIM_TESTS)
  pkg_check_modules(CUNIT QUIET IMPORTED_TARGET cunit)
  hl78sim_need(CUNIT_FOUND "CUnit" libcunit1-dev)
endif()

add_library(hl78sim_ev INTERFACE)
target_include_directories(hl78sim_ev SYSTEM INTERFACE ${EV_INCLUDE_DIR})
target_link_libraries(hl78sim_ev INTERFACE ${EV_LIBRARY})
