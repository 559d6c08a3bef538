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

include(${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake)
hl78sim_need(EV_FOUND "libev" libev-dev)
hl78sim_need(MBEDTLS_OK "mbedTLS" libmbedtls-dev)
if(HL78SIM_DTLS)
  # The build takes it apart (sim/network/CMakeLists.txt): the archive, and binutils.
  find_library(MBEDTLS_ARCHIVE libmbedtls.a)
  mark_as_advanced(MBEDTLS_ARCHIVE)
  set(HL78SIM_BINUTILS FALSE)
  if(CMAKE_OBJCOPY AND CMAKE_LINKER)
    set(HL78SIM_BINUTILS TRUE)
  endif()
  hl78sim_need(MBEDTLS_ARCHIVE "libmbedtls.a (or -DHL78SIM_DTLS=OFF)" libmbedtls-dev)
  hl78sim_need(HL78SIM_BINUTILS "objcopy (or -DHL78SIM_DTLS=OFF)" binutils)
endif()
hl78sim_need(NETTLE_FOUND "Nettle" nettle-dev)
hl78sim_need(CJSON_FOUND "cJSON" libcjson-dev)

# Of the program alone.
pkg_check_modules(MXML QUIET IMPORTED_TARGET mxml)
hl78sim_need(MXML_FOUND "Mini-XML" libmxml-dev)

if(HL78SIM_TESTS)
  pkg_check_modules(CUNIT QUIET IMPORTED_TARGET cunit)
  hl78sim_need(CUNIT_FOUND "CUnit" libcunit1-dev)
endif()
