# The load generator, the reference data path, and the media workers without the gateway.
add_library(bench_endpoint STATIC
    ${CMAKE_CURRENT_LIST_DIR}/endpoint/command_lines.c
    ${CMAKE_CURRENT_LIST_DIR}/endpoint/dtls_link.c
    ${CMAKE_CURRENT_LIST_DIR}/endpoint/srtp_gcm.c
    ${CMAKE_CURRENT_LIST_DIR}/endpoint/stun_message.c)
target_link_libraries(bench_endpoint PUBLIC bedside_base PkgConfig::OPENSSL)
if(TARGET IPSEC_MB)
    target_compile_definitions(bench_endpoint PRIVATE BENCH_HAS_IPSEC_MB)
    target_link_libraries(bench_endpoint PRIVATE IPSEC_MB)
endif()

add_executable(bench_load
    ${CMAKE_CURRENT_LIST_DIR}/load/incoming_stream.c
    ${CMAKE_CURRENT_LIST_DIR}/load/latency_histogram.c
    ${CMAKE_CURRENT_LIST_DIR}/load/load_main.c
    ${CMAKE_CURRENT_LIST_DIR}/load/load_peer.c
    ${CMAKE_CURRENT_LIST_DIR}/load/load_peer_rtcp.c
    ${CMAKE_CURRENT_LIST_DIR}/load/load_peer_rtp.c
    ${CMAKE_CURRENT_LIST_DIR}/load/outgoing_stream.c)
target_link_libraries(bench_load PRIVATE bench_endpoint bedside_media_congestion bedside_media_rtp)

add_executable(bench_reference
    ${CMAKE_CURRENT_LIST_DIR}/reference/reference_main.c
    ${CMAKE_CURRENT_LIST_DIR}/reference/reference_path.c)
target_link_libraries(bench_reference PRIVATE bench_endpoint)
# Both sides as the gateway is shipped.
target_compile_options(bench_endpoint PRIVATE "${BEDSIDE_LTO_COMPILE}")
target_compile_options(bench_reference PRIVATE "${BEDSIDE_LTO_COMPILE}")
set_target_properties(bench_reference PROPERTIES BEDSIDE_LTO ON)

add_executable(bench_media_server ${CMAKE_CURRENT_LIST_DIR}/media_server.c)
target_link_libraries(bench_media_server PRIVATE bench_endpoint bedside_media_worker)
set_target_properties(bench_media_server PROPERTIES BEDSIDE_LTO ON)

bedside_unit_test(${CMAKE_CURRENT_LIST_DIR}/load/load_counts_test.c
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/load/incoming_stream.c ${CMAKE_CURRENT_LIST_DIR}/load/latency_histogram.c
    LINKS bench_endpoint bedside_media_rtp)

find_program(NODE node)
if(NODE)
    add_test(NAME bench_load_works
        COMMAND ${NODE} ${CMAKE_CURRENT_LIST_DIR}/load_works.mjs $<TARGET_FILE_DIR:bench_load>)
    set_tests_properties(bench_load_works PROPERTIES LABELS integration TIMEOUT 240)
endif()
