// Draws what `docs/teams_screenshots.py` hands in: the cards of one message, as Teams shows them in a theme.
function draw({ cards, theme, themes, icon, time }) {
  const colours = themes[theme];
  const pair = ([normal, subtle]) => ({ default: normal, subtle });
  const foreground = Object.fromEntries(
    ["default", "accent", "good", "warning", "attention"].map((name) => [name, pair(colours[name])]),
  );
  foreground.light = foreground.dark = foreground.default;
  for (const each of Object.values(foreground)) each.highlightColors = { default: theme === "light" ? "#f8e65c" : "#6d5700", subtle: "#f8e65c" };
  const container = (name) => ({ backgroundColor: colours.behind[name], foregroundColors: foreground });
  const config = new AdaptiveCards.HostConfig({
    fontFamily: '"Segoe UI", "Noto Sans", system-ui, sans-serif',
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 400, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
    supportsInteractivity: true,
    containerStyles: Object.fromEntries(Object.keys(colours.behind).map((name) => [name, container(name)])),
    actions: {
      maxActions: 6,
      spacing: "default",
      buttonSpacing: 8,
      actionsOrientation: "horizontal",
      actionAlignment: "left",
      showCard: { actionMode: "inline", inlineTopMargin: 8, style: "emphasis" },
    },
    inputs: { label: { inputSpacing: "small", requiredInputs: { suffix: " *", suffixColor: "attention" } } },
  });
  document.body.className = theme;
  const shown = document.getElementById("shown");
  shown.innerHTML = '<img alt=""><header><b>Chaperone</b><span></span></header>';
  shown.querySelector("img").src = icon;
  shown.querySelector("span").textContent = time;
  for (const source of cards) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = config;
    card.parse(source, new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5));
    const frame = document.createElement("div");
    frame.className = "card";
    frame.append(card.render());
    shown.append(frame);
  }
}
