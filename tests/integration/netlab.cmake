# The impairment program between real namespaces; skips itself where they may not be made.
add_executable(netlab_impairs_as_it_says ${CMAKE_CURRENT_LIST_DIR}/netlab_impairs_as_it_says.c)
target_link_libraries(netlab_impairs_as_it_says PRIVATE bedside_netlab PkgConfig::CMOCKA)
target_compile_definitions(netlab_impairs_as_it_says PRIVATE NETIMPAIR_PATH="$<TARGET_FILE:netimpair>")
add_dependencies(netlab_impairs_as_it_says netimpair)
add_test(NAME netlab_impairs_as_it_says COMMAND netlab_impairs_as_it_says)
set_tests_properties(netlab_impairs_as_it_says PROPERTIES LABELS integration TIMEOUT 120)
