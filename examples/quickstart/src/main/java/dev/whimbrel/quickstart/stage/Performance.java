package dev.whimbrel.quickstart.stage;

import java.time.Clock;

/** A story from the first line to the last process ended, whatever happens to it. */
public final class Performance {

  private static final int SUCCEEDED = 0;
  private static final int FAILED = 1;

  private final String name;
  private final Story story;

  private Performance(String name, Story story) {
    this.name = name;
    this.story = story;
  }

  /** Something to play before the reader's eyes. */
  @FunctionalInterface
  public interface Story {

    /**
     * Plays it.
     *
     * @return whether it ended as it should
     * @throws InterruptedException when somebody pressed Ctrl-C
     */
    boolean play(Backstage backstage) throws InterruptedException;
  }

  /**
   * Plays a story in this thread, and ends and removes all that it started.
   *
   * @param name what failed, where it fails: "The quickstart"
   * @return the exit code of the process
   */
  public static int of(String name, Story story) {
    return new Performance(name, story).play();
  }

  private int play() {
    Workspace workspace = Workspace.create();
    Screen screen =
        new Screen(
            System.out, Boolean.getBoolean("whimbrel.quickstart.terminal"), Clock.systemUTC());
    // What the testkit has to say while it builds goes above the progress line, not through it.
    System.setErr(screen.lines());
    Cleanup cleanup = new Cleanup(screen);
    cleanup.add(workspace);
    Interruption interruption = Interruption.ofThisThread(screen, cleanup);
    try (cleanup) {
      OperatorLog log = OperatorLog.start(workspace.folder(), cleanup);
      return play(new Backstage(screen, Answers.fromStandardInput(), log, cleanup), interruption);
    } finally {
      screen.close();
      interruption.cleanedUp();
    }
  }

  private int play(Backstage backstage, Interruption interruption) {
    try {
      return story.play(backstage) ? SUCCEEDED : FAILED;
    } catch (InterruptedException | RuntimeException e) {
      if (!interruption.happened()) {
        Screen screen = backstage.screen();
        screen.heading(name + " failed");
        screen.line(e.getMessage() == null ? e.toString() : e.getMessage());
        screen.line("The last that the operator and its surroundings logged:");
        backstage.log().last().forEach(line -> screen.line("  " + line));
      }
      return FAILED;
    }
  }
}
