global using AriaRole = Microsoft.Playwright.AriaRole;
