# What recording costs, and the bare pipeline that the recorder is compared with.
add_executable(recording-cost
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/clip.c
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/cpu_time.c
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/recorder_case.c
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/recorder_fleet.c
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/recording_cost.c
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/start_case.c
    ${CMAKE_CURRENT_LIST_DIR}/recording_cost/worker_case.c
    ${CMAKE_CURRENT_LIST_DIR}/../fakes/media_source.c)
target_link_libraries(recording-cost PRIVATE bedside_recorder_supervisor bedside_media_worker bedside_media_router
    bedside_media_rtp bedside_certs bedside_test_peer bedside_base PkgConfig::GST m)
add_dependencies(recording-cost bedside-recorder bare-recorder)

add_executable(bare-recorder ${CMAKE_CURRENT_LIST_DIR}/recording_cost/bare_recorder.c)
target_link_libraries(bare-recorder PRIVATE bedside_recorder_protocol bedside_base PkgConfig::GST)
