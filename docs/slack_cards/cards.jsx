// Draws what `docs/slack_screenshots.py` hands in as `window.SHOWN`: messages, a modal and a home, as Slack shows them.
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import "./frame.css";

const LOGO =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#1d3557"/>' +
      '<path d="M9 18l6 6 12-13" fill="none" stroke="#fff" stroke-width="4"/></svg>',
  );
const TIME = new Date(2026, 10, 20, 15, 4);

const Blocks = ({ blocks, bare }) => (
  <Message theme="light" logo={LOGO} name="Chaperone" time={TIME} blocks={blocks} withoutWrapper={bare} />
);

const Modal = ({ view }) => (
  <>
    <header>{view.title.text}</header>
    <Blocks blocks={view.blocks} bare />
    <footer>
      <button>{view.close.text}</button>
      <button className="primary">{view.submit.text}</button>
    </footer>
  </>
);

const { kind, blocks, view } = window.SHOWN;
createRoot(document.getElementById("card")).render(
  kind === "modal" ? <Modal view={view} /> : <Blocks blocks={blocks} bare={kind === "home"} />,
);
document.getElementById("card").className = kind;
