# How DTLS gets into libhl78sim; included by sim/CMakeLists.txt, in whose folder things are made.
if(NOT HL78SIM_DTLS)
  target_sources(hl78sim PRIVATE network/secure_absent.c)
  return()
endif()
target_sources(hl78sim PRIVATE network/secure_state.c)

# mbedTLS asks the wall clock for the random number of a hello, and takes its part of DTLS from a
# static library, whose names a program may want to use itself. So secure.c and the parts of the
# library that it needs become one object, in which time() is ours and the library's names are
# nobody else's (docs/decisions/0009-dtls-without-a-clock.md).
set(folded ${CMAKE_CURRENT_BINARY_DIR}/secure_whole.o)
add_library(hl78sim_secure OBJECT network/secure.c)
target_include_directories(hl78sim_secure PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/include)
target_link_libraries(hl78sim_secure PRIVATE hl78sim_mbedcrypto)
add_custom_command(
  OUTPUT ${folded}
  COMMAND ${CMAKE_OBJCOPY} --redefine-sym time=hlsim__secure_time ${MBEDTLS_ARCHIVE} timeless.a
  COMMAND ${CMAKE_LINKER} -r -o joined.o $<TARGET_OBJECTS:hl78sim_secure> timeless.a
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=hlsim_* joined.o ${folded}
  DEPENDS hl78sim_secure $<TARGET_OBJECTS:hl78sim_secure> ${MBEDTLS_ARCHIVE}
  WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
  COMMENT "Joining DTLS with a library that has no clock"
  COMMAND_EXPAND_LISTS VERBATIM)
set_source_files_properties(${folded} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
target_sources(hl78sim PRIVATE ${folded})
