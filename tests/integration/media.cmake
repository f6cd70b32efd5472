# Worker threads, ICE, DTLS, SRTP and the router together, with peers on the loopback.
add_library(media_rig STATIC ${CMAKE_CURRENT_LIST_DIR}/media_rig.c ${CMAKE_CURRENT_LIST_DIR}/../fakes/media_source.c)
target_link_libraries(media_rig PUBLIC bedside_media_worker bedside_test_peer PkgConfig::CMOCKA)

foreach(name media_keeps_who_is_out_out media_people_meet_and_are_recorded)
    add_executable(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
    target_link_libraries(${name} PRIVATE media_rig)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS integration TIMEOUT 300)
endforeach()
