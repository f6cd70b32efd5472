# Replays what one receiver told through the estimator: a table and a picture.
add_executable(bench_estimator_trace
    ${CMAKE_CURRENT_LIST_DIR}/estimator/estimator_trace.c
    ${CMAKE_CURRENT_LIST_DIR}/estimator/trace_file.c
    ${CMAKE_CURRENT_LIST_DIR}/estimator/trace_links.c
    ${CMAKE_CURRENT_LIST_DIR}/estimator/trace_picture.c
    ${CMAKE_CURRENT_LIST_DIR}/../fakes/simulated_downlink.c)
target_link_libraries(bench_estimator_trace PRIVATE bedside_media_congestion bedside_netlab)
