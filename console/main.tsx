import { render } from "preact";
import { renewSession } from "./api/ask.ts";
import { followLinks } from "./state/route.ts";
import { applyTheme } from "./state/theme.ts";
import { Shell } from "./shell.tsx";

applyTheme();
followLinks();
const place = document.getElementById("console");
if (place !== null) render(<Shell />, place);
// The shell says what is wrong when this fails, and asks again.
renewSession().catch(() => undefined);
