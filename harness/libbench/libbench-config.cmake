# find_package(libbench) gives libbench::libbench; it needs C++ at link time, so the project enables CXX, too.
include(CMakeFindDependencyMacro)
find_dependency(benchmark)
find_dependency(Threads)
get_filename_component(libbench_lib "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
if(NOT TARGET libbench::libbench)
    add_library(libbench::libbench STATIC IMPORTED)
    set_target_properties(libbench::libbench PROPERTIES
        IMPORTED_LOCATION "${libbench_lib}/libbench.a"
        IMPORTED_LINK_INTERFACE_LANGUAGES CXX
        INTERFACE_INCLUDE_DIRECTORIES "${libbench_lib}/../include"
        INTERFACE_LINK_LIBRARIES "benchmark::benchmark;Threads::Threads")
endif()
