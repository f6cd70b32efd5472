# Who may do what: the permission table, asked of a running gateway by everybody; and what those do who signed in.
foreach(name roles_do_what_the_table_says_over_http roles_do_what_the_table_says_over_websocket staff_practise_a_visit)
    add_executable(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c ${CMAKE_CURRENT_LIST_DIR}/permission_ways.c
        ${CMAKE_CURRENT_LIST_DIR}/role_holders.c ${CMAKE_CURRENT_LIST_DIR}/role_matrix_site.c
        ${CMAKE_CURRENT_LIST_DIR}/visit_client.c ${CMAKE_CURRENT_LIST_DIR}/visit_people.c
        ${CMAKE_CURRENT_LIST_DIR}/signaling_rig.c ${CMAKE_CURRENT_LIST_DIR}/../fakes/fake_worker_pool.c)
    target_link_libraries(${name} PRIVATE bedside_signaling bedside_store bedside_recording_file schema_checker openapi_checker
        assertion_maker PkgConfig::CURL PkgConfig::JANSSON PkgConfig::OPENSSL PkgConfig::CMOCKA Threads::Threads)
    target_compile_definitions(${name} PRIVATE SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS integration TIMEOUT 300)
endforeach()
