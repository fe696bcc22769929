package dev.whimbrel.analysis.pgquery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;

/**
 * One running copy of the module, with its own memory. Not for two threads at once. The module was
 * compiled by Emscripten; what it asks of its host is little: setjmp and longjmp, by which
 * PostgreSQL's errors travel, and growing its memory. It has no files, no clock, no network.
 */
final class Guest {

  private static final int WASM_PAGE = 65_536;

  /** What the module is linked for: its stack, its tables, and some heap. */
  private static final int INITIAL_PAGES = 64;

  private final Instance instance;
  private final ExportFunction malloc;
  private final ExportFunction free;
  private final ExportFunction stackPointer;
  private final ExportFunction restoreStack;
  private final ExportFunction setThrew;

  /** Half of a 64-bit result, which the module keeps with its host. */
  private long upperHalf;

  /**
   * @param maximumPages of 64 KiB that it may grow to
   */
  Guest(int maximumPages) {
    WasmModule module = PgQueryModule.load();
    this.instance =
        Instance.builder(module)
            .withMachineFactory(PgQueryModule::create)
            .withImportValues(imports(module))
            .withMemoryFactory(ByteArrayMemory::new)
            .withMemoryLimits(new MemoryLimits(INITIAL_PAGES, maximumPages))
            .withStart(false)
            .build();
    this.malloc = export("malloc");
    this.free = export("free");
    this.stackPointer = export("stackSave");
    this.restoreStack = export("stackRestore");
    this.setThrew = export("setThrew");
    export("__wasm_call_ctors").apply();
  }

  /** Its memory, in pages of 64 KiB. */
  int pages() {
    return instance.memory().pages();
  }

  /**
   * The raw parse tree.
   *
   * @return JSON, or what PostgreSQL's parser says against it
   */
  Answer parse(byte[] sql) {
    return call("whimbrel_parse", "whimbrel_free_parse", 0, 8, sql);
  }

  /**
   * Calls one of the two parsers.
   *
   * @param json where its answer holds the address of the JSON
   * @param refusal where its answer holds the address of the error
   */
  private Answer call(String parser, String release, int json, int refusal, byte[] sql) {
    int query = store(sql);
    int result = (int) export(parser).apply(query)[0];
    try {
      int error = instance.memory().readInt(result + refusal);
      return error == 0
          ? new Answer(bytes(instance.memory().readInt(result + json)), Optional.empty())
          : new Answer(new byte[0], Optional.of(error(error)));
    } finally {
      export(release).apply(result);
      free.apply(query);
    }
  }

  /** The PL/pgSQL of a CREATE FUNCTION or a DO, as JSON; or what is said against it. */
  Answer parsePlpgsql(byte[] sql) {
    return call("whimbrel_parse_plpgsql", "whimbrel_free_plpgsql", 0, 4, sql);
  }

  private Refusal error(int at) {
    String message = new String(bytes(instance.memory().readInt(at)), StandardCharsets.UTF_8);
    return new Refusal(message, instance.memory().readInt(at + 16));
  }

  private int store(byte[] sql) {
    int at = (int) malloc.apply(sql.length + 1)[0];
    if (at == 0) {
      throw new WasmEngineException("no memory for " + sql.length + " bytes of SQL");
    }
    instance.memory().write(at, sql);
    instance.memory().writeByte(at + sql.length, (byte) 0);
    return at;
  }

  private byte[] bytes(int at) {
    if (at == 0) {
      return new byte[0];
    }
    int end = at;
    while (instance.memory().read(end) != 0) {
      end++;
    }
    return instance.memory().readBytes(at, end - at);
  }

  private ExportFunction export(String meaning) {
    return instance.export(meaning);
  }

  private ImportValues imports(WasmModule module) {
    ImportValues.Builder imports = ImportValues.builder();
    module.importSection().stream()
        .map(FunctionImport.class::cast)
        .forEach(function -> {
          FunctionType type = module.typeSection().getType(function.typeIndex());
          imports.addFunction(
              new HostFunction(
                  function.module(),
                  function.name(),
                  type,
                  host(function.name(), !type.returns().isEmpty())));
        });
    return imports.build();
  }

  private WasmFunctionHandle host(String name, boolean returns) {
    return switch (name) {
      case "_emscripten_throw_longjmp" ->
          (guest, arguments) -> {
            throw new LongJump();
          };
      case "emscripten_resize_heap" -> (guest, arguments) -> new long[] {grow(guest, arguments)};
      case "emscripten_memcpy_big" -> Guest::copy;
      case "getTempRet0" -> (guest, arguments) -> new long[] {upperHalf};
      case "setTempRet0" ->
          (guest, arguments) -> {
            upperHalf = arguments[0];
            return new long[0];
          };
      case "fd_write" -> Guest::discard;
      case "fd_close", "fd_read", "fd_seek" -> (guest, arguments) -> new long[] {0};
      case "__assert_fail", "abort", "exit" ->
          (guest, arguments) -> {
            throw new WasmEngineException("the parser gave up in " + name);
          };
      default -> {
        if (!name.startsWith("invoke_")) {
          throw new IllegalStateException(
              "the parser's module asks for " + name + ", which is not known here");
        }
        yield (guest, arguments) -> invoke(guest, arguments, returns);
      }
    };
  }

  /** Calls a function of the module such that a longjmp out of it ends here. */
  private long[] invoke(Instance guest, long[] arguments, boolean returns) {
    long stack = stackPointer.apply()[0];
    try {
      int function = guest.table(0).requiredRef((int) arguments[0]);
      return guest.getMachine().call(function, Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (LongJump jump) {
      restoreStack.apply(stack);
      setThrew.apply(1, 0);
      return returns ? new long[] {0} : new long[0];
    }
  }

  private static long[] copy(Instance guest, long... arguments) {
    guest.memory().copy((int) arguments[0], (int) arguments[1], (int) arguments[2]);
    return new long[] {arguments[0]};
  }

  private static long grow(Instance guest, long[] arguments) {
    long wanted = Integer.toUnsignedLong((int) arguments[0]);
    long pages = (wanted + WASM_PAGE - 1) / WASM_PAGE - guest.memory().pages();
    return pages <= 0 || guest.memory().grow((int) pages) >= 0 ? 1 : 0;
  }

  /** What it prints goes nowhere; it is told that all of it was written. */
  private static long[] discard(Instance guest, long... arguments) {
    int vectors = (int) arguments[1];
    int written = 0;
    for (int i = 0; i < (int) arguments[2]; i++) {
      written += guest.memory().readInt(vectors + 8 * i + 4);
    }
    guest.memory().writeI32((int) arguments[3], written);
    return new long[] {0};
  }

  /**
   * What the module answers.
   *
   * @param json empty where it refuses
   * @param refusal why
   */
  record Answer(byte[] json, Optional<Refusal> refusal) {}

  /**
   * Why it refuses.
   *
   * @param cursor where in the text, in characters from 1; 0 where it does not say
   */
  record Refusal(String message, int cursor) {}

  /** A longjmp on its way to its setjmp; it needs no stack trace. */
  private static final class LongJump extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LongJump() {
      super(null, null, false, false);
    }
  }
}
