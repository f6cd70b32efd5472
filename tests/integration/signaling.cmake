# The gateway's HTTP face over a real store, real workers and real TLS; clients are libcurl.
add_executable(case_record_is_reached_over_https ${CMAKE_CURRENT_LIST_DIR}/case_record_is_reached_over_https.c
    ${CMAKE_CURRENT_LIST_DIR}/signaling_rig.c)
target_link_libraries(case_record_is_reached_over_https PRIVATE bedside_signaling bedside_store bedside_recording_file
    PkgConfig::CURL PkgConfig::JANSSON PkgConfig::CMOCKA Threads::Threads)
target_compile_definitions(case_record_is_reached_over_https PRIVATE SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
add_test(NAME case_record_is_reached_over_https COMMAND case_record_is_reached_over_https)
set_tests_properties(case_record_is_reached_over_https PROPERTIES LABELS integration TIMEOUT 180)
