package dev.whimbrel.testkit.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonInterpreterTest {

  @TempDir Path bin;

  @Test
  void the_first_of_a_fitting_version_serves() throws IOException {
    program("python3", "echo 3.13; echo pip");
    program("python3.11", "echo 3.11; echo pip");
    program("python3.12", "exit 127");

    PythonInterpreter.Search search = PythonInterpreter.onPath("/nowhere::" + bin);

    assertThat(search.found()).contains(new PythonInterpreter(bin.resolve("python3.11")));
    assertThat(search.complaint()).isEmpty();
  }

  @Test
  void the_complaint_names_what_was_found_and_what_it_lacks() throws IOException {
    program("python3", "echo 3.8; echo pip");
    program("python3.10", "echo 3.10");

    PythonInterpreter.Search search = PythonInterpreter.onPath(bin.toString());

    assertThat(search.complaint())
        .contains(
            ("tests with Alembic need Python 3.9 to 3.12 with venv and pip on the PATH; there is"
                    + " %1$s/python3 (is 3.8), %1$s/python3.10 (has no venv or no pip; on Debian"
                    + " install python3.10-venv)")
                .formatted(bin));
  }

  @Test
  void an_empty_path_has_none() {
    assertThat(PythonInterpreter.onPath("").complaint().orElseThrow()).endsWith("there is none");
  }

  private void program(String name, String script) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
