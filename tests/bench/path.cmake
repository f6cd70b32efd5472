# The packet path in one process: each step hot and alone, the whole, and the floor below it.
add_executable(bench_packet_path
    ${CMAKE_CURRENT_LIST_DIR}/path/packet_path.c
    ${CMAKE_CURRENT_LIST_DIR}/path/path_case.c
    ${CMAKE_CURRENT_LIST_DIR}/path/path_floor.c
    ${CMAKE_CURRENT_LIST_DIR}/path/path_steps.c
    ${CMAKE_CURRENT_LIST_DIR}/path/path_whole.c
    ${CMAKE_CURRENT_LIST_DIR}/../fakes/media_source.c)
target_link_libraries(bench_packet_path PRIVATE bedside_media_worker bedside_test_peer PkgConfig::JANSSON)
if(TARGET IPSEC_MB)
    target_compile_definitions(bench_packet_path PRIVATE BENCH_HAS_IPSEC_MB)
    target_link_libraries(bench_packet_path PRIVATE IPSEC_MB)
endif()
