# The warnings of every target, and the build variants.
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wvla -Wformat=2 -Wundef
  -fno-common -fvisibility=hidden)

# Paths of the build machine stay out of the programs: assertions name files of the repository.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(HL78SIM_WERROR)
  add_compile_options(-Werror)
endif()
if(HL78SIM_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(HL78SIM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(HL78SIM_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
