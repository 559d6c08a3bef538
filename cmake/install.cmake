# What `cmake --install` puts where: program, libraries with headers, packages for CMake and
# pkg-config, scenarios, the engine as source, documents. Everything may be moved afterwards.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(libraries hl78sim hl78host hl78pair hl78pty hl78posix)
foreach(library IN LISTS libraries)
  string(REPLACE hl78 "" name ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
endforeach()

install(TARGETS hl78sim_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ${libraries} EXPORT hl78sim ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder sim pty host-bindings/engine host-bindings/pair host-bindings/posix)
  install(DIRECTORY ${folder}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          FILES_MATCHING PATTERN "*.h")
endforeach()

# CMake: find_package(hl78sim), targets hl78sim::sim, ::host, ::pair, ::pty, ::posix.
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/hl78sim)
install(EXPORT hl78sim NAMESPACE hl78sim:: FILE hl78simTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/hl78simConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/hl78simConfig.cmake INSTALL_DESTINATION ${package_folder}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/hl78simConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/hl78simConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/hl78simConfigVersion.cmake
              cmake/dependencies.cmake
        DESTINATION ${package_folder})

# pkg-config: one file a library. All libraries are static, so that nothing is private.
file(RELATIVE_PATH pc_to_prefix
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
function(hl78sim_pkg_config name about requires libs)
  set(PC_NAME ${name})
  set(PC_ABOUT ${about})
  set(PC_REQUIRES ${requires})
  set(PC_LIBS ${libs})
  set(PC_TO_PREFIX ${pc_to_prefix})
  configure_file(cmake/pkg-config.pc.in ${PROJECT_BINARY_DIR}/cmake/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/cmake/${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
hl78sim_pkg_config(hl78sim "Simulator of HL78xx cellular modules, in memory" "libcjson nettle"
  "-lmbedx509 -lmbedcrypto")
hl78sim_pkg_config(hl78host "Host engine for firmware updates by AT commands" "" "")
hl78sim_pkg_config(hl78pair "A host and the simulator in one process" "hl78sim hl78host" "")
hl78sim_pkg_config(hl78pty "The simulator on pseudo terminals, in real time" hl78sim -lev)
hl78sim_pkg_config(hl78posix "The host engine at a serial port" "hl78sim hl78host" -lev)

# Data. A firmware project takes the engine's folder as it is.
set(share ${CMAKE_INSTALL_DATADIR}/hl78sim)
install(DIRECTORY scenarios DESTINATION ${share})
install(DIRECTORY host-bindings/engine DESTINATION ${share})
install(DIRECTORY host-bindings/examples DESTINATION ${share} PATTERN "CMakeLists.txt" EXCLUDE)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
        PATTERN "CMakeLists.txt" EXCLUDE)
install(FILES README.md CONTRIBUTING.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(NOT CMAKE_CROSSCOMPILING)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/tools/manual/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
          FILES_MATCHING PATTERN "*.1")
  install(FILES ${PROJECT_BINARY_DIR}/tools/manual/hl78sim.bash RENAME hl78sim
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()
