package dev.whimbrel.testkit.kubernetes;

import java.io.OutputStream;

/** Where an answer of the in-memory API goes. */
interface ApiReply {

  /** Answers with a JSON document. */
  void json(int code, String body);

  /** Answers 200 with a text that may still be growing; closing it ends the answer. */
  OutputStream text();
}
