# The standard library's headers are parsed once a build folder: the first target compiles them, the others reuse it.
function(holdfast_precompile target)
  if(target STREQUAL holdfast_base)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set>
      <span> <string> <string_view> <utility> <variant> <vector> <tl/expected.hpp>)
  else()
    target_precompile_headers(${target} REUSE_FROM holdfast_base)
    # CMake gives -fPIE to programs, and the header was compiled with -fPIC.
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
  endif()
endfunction()

# A room is one static library, holdfast_<room>, of every .cpp in src/<room> (its sub-folders too),
# and one unit-test binary, <room>_test, of every *_test.cpp there, linked with that room alone.
function(holdfast_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/testing/")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM ROOM_ROOMS PREPEND holdfast_)

  set(target holdfast_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC holdfast_options ${ROOM_ROOMS} ${ROOM_LIBS} tl::expected Threads::Threads)
    holdfast_precompile(${target})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE holdfast_options ${ROOM_ROOMS} ${ROOM_LIBS} tl::expected)
  endif()

  if(HOLDFAST_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${target} holdfast_testing GTest::gtest GTest::gtest_main)
    holdfast_precompile(${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()
