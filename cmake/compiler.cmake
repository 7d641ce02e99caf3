# Compiler settings for every target: C++23, warnings as errors, ccache when found.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(VALETKEY_CCACHE ccache)
if(VALETKEY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${VALETKEY_CCACHE})
endif()

add_compile_options(-Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wold-style-cast -Wnon-virtual-dtor -Wcast-align -Wunused
  -Wno-missing-field-initializers)  # designated initialisers leave the rest to its defaults

# g++ 12 sees these where nothing is wrong: inside std::string and std::optional, once inlined. Sanitizers look at the same things.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow)
endif()
