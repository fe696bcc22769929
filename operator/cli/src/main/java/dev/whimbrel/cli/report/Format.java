package dev.whimbrel.cli.report;

/** The formats of a review, by the names of the option. */
public enum Format {
  /** Lines as a compiler prints them, with the SQL to write instead. */
  TEXT,
  /** A review for a comment of a pull request. */
  MARKDOWN,
  /** SARIF 2.1.0, for code scanning. */
  SARIF,
  /** Everything, for programs; docs/lint.md describes it. */
  JSON;

  /**
   * Its printer.
   *
   * @param pages where the pages of the rules are; ends with a slash
   * @param colours whether a terminal shows them
   */
  public Report report(RulePages pages, boolean colours) {
    return switch (this) {
      case TEXT -> new TextReport(colours);
      case MARKDOWN -> new MarkdownReport(pages);
      case SARIF -> new SarifReport(pages);
      case JSON -> new JsonReport(pages);
    };
  }
}
