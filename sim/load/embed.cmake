# Turns profiles into C: cmake -DOUTPUT=shipped_profiles.c "-DPROFILES=a.json;b.json" -P embed.cmake
set(code "/* Made by sim/load/embed.cmake from scenarios/profiles. */\n#include \"load/shipped.h\"\n")
set(rows "")
set(index 0)
foreach(profile IN LISTS PROFILES)
    file(READ "${profile}" text)
    string(JSON model GET "${text}" model)
    string(JSON count LENGTH "${text}" firmwares)
    math(EXPR last "${count} - 1")
    set(names "")
    foreach(i RANGE ${last})
        string(JSON firmware GET "${text}" firmwares ${i} firmware)
        string(APPEND names "\"${firmware}\", ")
    endforeach()
    file(READ "${profile}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(................................................................................)"
           "\\1\n    " bytes "${bytes}")
    get_filename_component(name "${profile}" NAME)
    string(APPEND code "\nstatic const char *const firmwares_${index}[] = {${names}NULL};\n"
                       "\nstatic const unsigned char text_${index}[] = {\n    ${bytes}\n};\n")
    string(APPEND rows "    {\"${model}\", \"profiles/${name}\", firmwares_${index}, text_${index},\n"
                       "     sizeof text_${index}},\n")
    math(EXPR index "${index} + 1")
endforeach()
string(APPEND code "\nconst struct hlsim__shipped hlsim__shipped_profiles[] = {\n${rows}};\n"
                   "\nconst size_t hlsim__shipped_profile_count = ${index};\n")
file(WRITE "${OUTPUT}" "${code}")
