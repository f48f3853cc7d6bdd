# holdfast_embed(target folder): the folder's files become part of the target, through a .cpp that is made in
# the build folder and made anew when a file changes. src/server/web_files.hpp declares what it defines.
if(CMAKE_SCRIPT_MODE_FILE)
  set(entries "")
  foreach(path IN LISTS FILES)
    get_filename_component(name "${path}" NAME)
    file(READ "${path}" text)
    string(APPEND entries "    WebFile{\"${name}\", R\"hf_embed(${text})hf_embed\"},\n")
  endforeach()
  file(WRITE "${OUTPUT}" "#include \"server/web_files.hpp\"

namespace holdfast::server {
namespace {
constexpr WebFile kFiles[] = {
${entries}};
}  // namespace

std::span<const WebFile> web_files() { return kFiles; }

}  // namespace holdfast::server
")
  return()
endif()

set(HOLDFAST_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(holdfast_embed target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.css ${folder}/*.js ${folder}/*.svg)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_files.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUTPUT=${output} -P ${HOLDFAST_EMBED_SCRIPT}
    DEPENDS ${files} ${HOLDFAST_EMBED_SCRIPT}
    COMMENT "Embedding ${folder}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
