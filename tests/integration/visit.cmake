# The visit protocol over a real server and a real store, with media workers that only write down what they are told.
foreach(name answers_reach_the_team bad_links_are_told_and_repaired coordinator_follows_the_day doors_keep_people_out gateway_that_is_full_refuses_newcomers help_comes_to_who_is_stuck network_is_tried_before_the_visit patient_waits_until_admitted people_are_kept_safe people_tell_how_far_they_are staff_come_in_without_a_link signaling_withstands_bad_clients)
    if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
        add_executable(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c ${CMAKE_CURRENT_LIST_DIR}/visit_client.c
            ${CMAKE_CURRENT_LIST_DIR}/visit_people.c ${CMAKE_CURRENT_LIST_DIR}/signaling_rig.c
            ${CMAKE_CURRENT_LIST_DIR}/prompt_recorder.c
            ${CMAKE_CURRENT_LIST_DIR}/../fakes/fake_worker_pool.c)
        target_link_libraries(${name} PRIVATE bedside_signaling bedside_store bedside_recording_file schema_checker openapi_checker
            PkgConfig::CURL PkgConfig::JANSSON PkgConfig::OPENSSL PkgConfig::CMOCKA Threads::Threads)
        target_compile_definitions(${name} PRIVATE SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
        add_test(NAME ${name} COMMAND ${name})
        set_tests_properties(${name} PROPERTIES LABELS integration TIMEOUT 300)
    endif()
endforeach()
