import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Check FLAVOUR FILE…: print a line for each file (name, checks, failed checks), and what failed below it. */
public class Check {
    private static final int SHOWN = 10;

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[0]);
        for (int place = 1; place < arguments.length; place++) {
            String name = arguments[place];
            try (FileInputStream file = new FileInputStream(name);
                    PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                    PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                show(name, validator.validate(parser));
            }
        }
    }

    private static void show(String name, ValidationResult result) {
        int failed = result.getFailedChecks().values().stream().mapToInt(Integer::intValue).sum();
        System.out.println(name + "\t" + result.getTotalAssertions() + "\t" + failed);
        result.getTestAssertions().stream()
                .filter(one -> one.getStatus() == TestAssertion.Status.FAILED)
                .limit(SHOWN)
                .forEach(one -> System.out.println("  " + one.getRuleId().getClause() + "-"
                        + one.getRuleId().getTestNumber() + " " + one.getMessage() + " @ "
                        + one.getLocation().getContext()));
    }
}
