# The figures of link_quality; its long runs are not part of the tests.
find_program(NODE node)
if(NODE)
    add_test(NAME bench_quality_figures
        COMMAND ${NODE} --test ${CMAKE_CURRENT_LIST_DIR}/quality/quality.test.mjs)
    set_tests_properties(bench_quality_figures PROPERTIES LABELS unit TIMEOUT 60)
endif()
