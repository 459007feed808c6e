import java.io.*;
import java.lang.reflect.*;
import java.net.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;
import javax.tools.*;

/** Warm SOCKET PID: main programs one after the other, as often as asked, until the process of that number has ended. */
public class Warm {
    private static final String ASKED = "asked";
    private static final Map<String, Class<?>> PROGRAMS = new HashMap<>();

    /** Thrown where a program would end the machine. */
    private static class Exit extends SecurityException {
        private final int code;

        private Exit(int code) {
            this.code = code;
        }
    }

    public static void main(String[] given) throws Exception {
        System.setSecurityManager(new SecurityManager() {
            @Override public void checkExit(int code) {
                if (Thread.currentThread().getName().equals(ASKED)) {
                    throw new Exit(code);
                }
            }

            @Override public void checkPermission(java.security.Permission asked) { }
        });
        ProcessHandle.of(Long.parseLong(given[1])).orElseThrow().onExit().thenRun(() -> Runtime.getRuntime().halt(0));
        ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(UnixDomainSocketAddress.of(Path.of(given[0])));
        while (true) {
            try (SocketChannel guest = door.accept()) {
                answer(new DataInputStream(Channels.newInputStream(guest)), Channels.newOutputStream(guest));
            } catch (IOException gone) {
                // Whoever asked was ended meanwhile.
            }
        }
    }

    /** Runs what is asked for; says its exit code and all that it printed. */
    private static void answer(DataInputStream asked, OutputStream answer) throws IOException {
        String[] words = new String(asked.readNBytes(asked.readInt()), "UTF-8").split("\0", -1);
        PrintStream screen = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, "UTF-8"));
        int[] code = {1};
        Thread run = new Thread(() -> code[0] = run(words), ASKED);
        run.start();
        join(run);
        System.out.flush();
        System.setOut(screen);
        DataOutputStream said = new DataOutputStream(answer);
        said.writeInt(code[0]);
        printed.writeTo(said);
    }

    private static void join(Thread run) {
        while (run.isAlive()) {
            try {
                run.join();
            } catch (InterruptedException again) {
                // Nobody interrupts.
            }
        }
    }

    private static int run(String[] words) {
        try {
            Method main = program(words[0]).getMethod("main", String[].class);
            main.invoke(null, (Object) Arrays.copyOfRange(words, 1, words.length));
            return 0;
        } catch (InvocationTargetException fault) {
            Throwable cause = fault;
            while (cause != null && !(cause instanceof Exit)) {
                cause = cause.getCause();
            }
            return cause == null ? 1 : ((Exit) cause).code;
        } catch (ReflectiveOperationException | IOException fault) {
            return 1;
        }
    }

    /** A class by its name, or by the file of its source, which is compiled once. */
    private static Class<?> program(String name) throws ReflectiveOperationException, IOException {
        if (!PROGRAMS.containsKey(name)) {
            PROGRAMS.put(name, name.endsWith(".java") ? compiled(Path.of(name)) : Class.forName(name));
        }
        return PROGRAMS.get(name);
    }

    private static Class<?> compiled(Path source) throws ReflectiveOperationException, IOException {
        Path folder = Files.createTempDirectory("warm");
        ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), source.toString());
        URL[] places = {folder.toUri().toURL()};
        String name = source.getFileName().toString().replace(".java", "");
        return new URLClassLoader(places, ClassLoader.getSystemClassLoader()).loadClass(name);
    }
}
