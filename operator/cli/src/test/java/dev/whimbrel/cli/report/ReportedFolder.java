package dev.whimbrel.cli.report;

import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.Reviewer;
import dev.whimbrel.cli.source.SourceReader;
import dev.whimbrel.cli.source.UnreadableInput;
import dev.whimbrel.cli.source.WorkingDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder of scripts that is reviewed as a whole.
 *
 * @param rulePages where the pages of rules are published
 */
record ReportedFolder(Path folder, Optional<String> rulePages) {

  ReportedFolder(Path folder) {
    this(folder, Optional.empty());
  }

  void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  String report(Format format) throws UnreadableInput, IOException {
    Review review =
        new Reviewer(false)
            .review(
                new SourceReader(
                        new WorkingDirectory(folder),
                        InputStream.nullInputStream(),
                        Map.of(),
                        Optional.empty())
                    .read(List.of(".")));
    StringWriter out = new StringWriter();
    format.report(new RulePages(rulePages), false).print(review, out);
    return out.toString();
  }
}
