# What is installed beside the programs, and how it becomes a package: cpack makes a .deb and a .tar.gz.
set(sdk allocators/policy.h allocators/region.h allocators/param.h allocators/heap.h)
install(FILES ${sdk} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fitlab)
set(layer_sdk layer.h over.h slices.h spin.h)
list(TRANSFORM layer_sdk PREPEND allocators/layers/)
install(FILES ${layer_sdk} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fitlab/layers)

# For authors of plug-ins: pkg-config and CMake.
include(CMakePackageConfigHelpers)
set(sdk_cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/fitlab)
# pkg-config finds the headers wherever --prefix put them.
file(RELATIVE_PATH FITLAB_UP /${CMAKE_INSTALL_DATADIR}/pkgconfig /)
configure_file(allocators/sdk/fitlab.pc.in ${PROJECT_BINARY_DIR}/sdk/fitlab.pc @ONLY)
configure_package_config_file(allocators/sdk/fitlabConfig.cmake.in
    ${PROJECT_BINARY_DIR}/sdk/fitlabConfig.cmake
    INSTALL_DESTINATION ${sdk_cmake_folder} PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sdk/fitlabConfigVersion.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/sdk/fitlab.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
install(FILES ${PROJECT_BINARY_DIR}/sdk/fitlabConfig.cmake
              ${PROJECT_BINARY_DIR}/sdk/fitlabConfigVersion.cmake
        DESTINATION ${sdk_cmake_folder})

install(DIRECTORY allocators/example DESTINATION ${CMAKE_INSTALL_DATADIR}/fitlab)
install(FILES README.md CHANGELOG.md CITATION.cff LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES allocators/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME LICENSE.allocators)

set(CPACK_PACKAGE_NAME fitlab)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "benchmarking and research harness for memory-allocator policies")
set(CPACK_PACKAGE_DESCRIPTION_FILE ${PROJECT_SOURCE_DIR}/harness/cli/package/description)
set(CPACK_PACKAGE_CONTACT "fitlab maintainers <fitlab@example.invalid>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox, fonts-liberation, gcc")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS 
    "libjemalloc2, libmimalloc2.0 | libmimalloc3, libtcmalloc-minimal4 | libtcmalloc-minimal4t64, hyperfine, valgrind")
# The libraries are for preloading by fitlab alone: the linker's cache need not know them.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS OFF)
set(CPACK_FITLAB_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/harness/cli/package/debian.cmake)
include(CPack)

if(BUILD_TESTING AND NOT FITLAB_SANITIZE)
    add_test(NAME package COMMAND ${PROJECT_SOURCE_DIR}/harness/cli/package/tests/package.sh)
    set_tests_properties(package PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77
        ENVIRONMENT "FITLAB_BUILD=${PROJECT_BINARY_DIR};FITLAB_SOURCE=${PROJECT_SOURCE_DIR}")
endif()
