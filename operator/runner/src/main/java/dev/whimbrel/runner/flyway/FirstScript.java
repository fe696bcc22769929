package dev.whimbrel.runner.flyway;

import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Notices that Flyway has come as far as a script. */
record FirstScript(Runnable begun) implements Callback {

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_EACH_MIGRATE;
  }

  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return true;
  }

  @Override
  public void handle(Event event, Context context) {
    begun.run();
  }

  @Override
  public String getCallbackName() {
    return "whimbrel";
  }
}
