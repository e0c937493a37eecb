# What Debian's policy asks of a package beside the files that are installed: run by cpack in the folder
# that it packs, before it packs it.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()
set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
set(doc ${usr}/share/doc/fitlab)
set(here ${CPACK_FITLAB_SOURCE}/harness/cli/package)

# `copyright` has the text of one licence, and says where a Debian system has that of the other.
file(REMOVE ${doc}/LICENSE ${doc}/LICENSE.allocators)
configure_file(${here}/copyright ${doc}/copyright COPYONLY)
file(MAKE_DIRECTORY ${usr}/share/lintian/overrides)
configure_file(${here}/overrides ${usr}/share/lintian/overrides/fitlab COPYONLY)

# The date is that of the commit, so that the same source makes the same package.
execute_process(COMMAND git log -1 --format=%cD WORKING_DIRECTORY ${CPACK_FITLAB_SOURCE}
    OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT date)
    string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
file(WRITE ${doc}/changelog
"fitlab (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * What changed is in CHANGELOG.md of the sources.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
foreach(file ${doc}/changelog ${usr}/share/man/man1/fitlab.1)
    execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
