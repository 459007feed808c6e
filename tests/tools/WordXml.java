// Holds files to the schemas of Word's XML, each by the name of the part that it is. A line for each fault.

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.xmlbeans.XmlError;
import org.apache.xmlbeans.XmlObject;
import org.apache.xmlbeans.XmlOptions;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.DocumentDocument;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.FtrDocument;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.HdrDocument;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.NumberingDocument;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.SettingsDocument;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.StylesDocument;

public class WordXml {
    public static void main(String[] names) throws Exception {
        for (String name : names) {
            File file = new File(name);
            String part = file.getName().replaceAll("\\d*\\.xml$", "");
            XmlObject root = switch (part) {
                case "document" -> DocumentDocument.Factory.parse(file);
                case "styles" -> StylesDocument.Factory.parse(file);
                case "numbering" -> NumberingDocument.Factory.parse(file);
                case "settings" -> SettingsDocument.Factory.parse(file);
                case "header" -> HdrDocument.Factory.parse(file);
                case "footer" -> FtrDocument.Factory.parse(file);
                default -> throw new IllegalArgumentException(name);
            };
            List<XmlError> faults = new ArrayList<>();
            root.validate(new XmlOptions().setErrorListener(faults));
            for (XmlError fault : faults) System.out.println(part + ": " + fault.getMessage());
            System.out.println("read " + part);
        }
    }
}
