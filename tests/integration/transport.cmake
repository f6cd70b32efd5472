# Other implementations of ICE and TURN against the gateway's transport.
add_library(native_client STATIC native_client.c)
target_link_libraries(native_client PUBLIC transport_fixture PkgConfig::NICE)

add_executable(transport_talks_to_libnice transport_talks_to_libnice.c)
target_link_libraries(transport_talks_to_libnice PRIVATE native_client)
add_executable(relay_carries_whom_the_gateway_vouches_for relay_carries_whom_the_gateway_vouches_for.c)
target_link_libraries(relay_carries_whom_the_gateway_vouches_for PRIVATE bedside_signaling native_client)
target_compile_definitions(relay_carries_whom_the_gateway_vouches_for PRIVATE
    TURN_CONFIGURATION="${CMAKE_SOURCE_DIR}/deploy/turn/turnserver.conf")
add_executable(worker_tells_who_fell_silent worker_tells_who_fell_silent.c)
target_link_libraries(worker_tells_who_fell_silent PRIVATE bedside_media_worker bedside_test_peer PkgConfig::CMOCKA)
foreach(test transport_talks_to_libnice relay_carries_whom_the_gateway_vouches_for worker_tells_who_fell_silent)
    add_test(NAME ${test} COMMAND ${test})
    set_tests_properties(${test} PROPERTIES LABELS integration TIMEOUT 180)
endforeach()
