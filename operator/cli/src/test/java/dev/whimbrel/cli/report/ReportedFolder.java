package dev.whimbrel.cli.report;

import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.MigrationPolicySpec;
import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.Reviewer;
import dev.whimbrel.cli.source.PolicyFile.NamedPolicy;
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
 * @param policies what is forbidden
 */
record ReportedFolder(Path folder, Optional<String> rulePages, List<NamedPolicy> policies) {

  ReportedFolder(Path folder) {
    this(folder, Optional.empty(), List.of());
  }

  ReportedFolder(Path folder, Optional<String> rulePages) {
    this(folder, rulePages, List.of());
  }

  /** The same where a rule is forbidden. */
  ReportedFolder forbidding(String rule) {
    return new ReportedFolder(
        folder,
        rulePages,
        List.of(
            new NamedPolicy(
                "production",
                new MigrationPolicySpec(null, List.of(new ForbiddenRule(rule, "ask #data"))))));
  }

  void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  String report(Format format) throws UnreadableInput, IOException {
    Review review =
        new Reviewer(false, policies)
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
