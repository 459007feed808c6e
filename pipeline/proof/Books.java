import com.adobe.epubcheck.tool.EpubChecker;

/** Books FOLDER BOOK…: EPUBCheck on several books in one machine, as its own command does it; a report of each, by number. */
public class Books {
    public static void main(String[] arguments) {
        for (int number = 1; number < arguments.length; number++) {
            String report = arguments[0] + "/" + number + ".json";
            try {
                new EpubChecker().run(new String[] {arguments[number], "--usage", "--quiet", "--json", report});
            } catch (RuntimeException fault) {
                System.err.println(arguments[number] + ": " + fault);
            }
        }
    }
}
