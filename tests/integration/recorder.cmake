# The recorder, as a process: supervised, fed with real RTP, killed, and its files played.
add_library(recorder_rig STATIC ${CMAKE_CURRENT_LIST_DIR}/recorder_rig.c)
target_link_libraries(recorder_rig PUBLIC bedside_recorder_supervisor bedside_recording_file bedside_recorder_protocol
    bedside_base PkgConfig::GST PkgConfig::CMOCKA)
target_compile_definitions(recorder_rig PUBLIC BEDSIDE_RECORDER_PATH="$<TARGET_FILE:bedside-recorder>")
add_dependencies(recorder_rig bedside-recorder)

foreach(name recorder_bears_hostile_packets recorder_keeps_sound_and_picture_together
        recorder_survives_kills_and_full_disks)
    add_executable(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
    target_link_libraries(${name} PRIVATE recorder_rig)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS integration TIMEOUT 300)
endforeach()
