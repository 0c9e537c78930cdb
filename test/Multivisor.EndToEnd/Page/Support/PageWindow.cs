using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>One open page, what its console said and whom it asked; and the names by which tests find its parts.</summary>
internal sealed class PageWindow
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private Regex? _expectedErrors;
    private string? _elsewhere;

    public PageWindow(IPage page, Device device)
    {
        Page = page;
        Device = device;
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _errors.Enqueue($"{message.Text} ({message.Location})");
        };
        page.Request += (_, request) => _requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    public Device Device { get; }

    /// <summary>Exceptions, and what the console shows as an error or a warning: a refused script, a resource that is missing.</summary>
    public IEnumerable<string> Errors => _errors.Where(error => _expectedErrors?.IsMatch(error) != true);

    public IEnumerable<string> RequestsElsewhere =>
        _requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal) && new Uri(url).Authority != new Uri(Page.Url).Authority
            && (_elsewhere is null || !url.StartsWith(_elsewhere, StringComparison.Ordinal)));

    public ILocator FilterBox => Page.GetByLabel("Filter processes");

    public ILocator Attention => Page.GetByRole(AriaRole.Region, new() { Name = "Needs attention" });

    public ILocator Selection => Page.GetByRole(AriaRole.Region, new() { Name = "Selection" });

    public ILocator Results => Page.GetByRole(AriaRole.Region, new() { Name = "Actions", Exact = true });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator Notice => Page.Locator(".notice");

    /// <summary>A browser tells the console of an answer it did not get; where a test takes the server away that is as it should be.</summary>
    public void ExpectErrors(string pattern) => _expectedErrors = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>Another site that has its part in the test.</summary>
    public void ExpectElsewhere(string address) => _elsewhere = address;

    /// <summary>By the settings in the bar.</summary>
    public async Task SignOutAsync()
    {
        await PressAsync(Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
    }

    /// <summary>Goes to an address and waits until the page shows what the server knows, or asks who is there.</summary>
    public async Task OpenAsync(string address)
    {
        await Page.GotoAsync(address);
        await Expect(Page.Locator("main *:visible").First).ToBeVisibleAsync();
    }

    /// <summary>The line of a process in the view; <c>one:web:web_00</c>.</summary>
    public ILocator Row(string uid) =>
        Page.Locator(".process-row, .table-row").Filter(new() { Has = Page.Locator($"[data-row][title={Quoted(uid)}]") });

    /// <summary>Its line among what needs attention.</summary>
    public ILocator AttentionRow(string uid) =>
        Attention.Locator(".attention-row").Filter(new() { Has = Page.Locator($"[data-row][title={Quoted(uid)}]") });

    public ILocator Name(string uid) => Row(uid).Locator("[data-row]");

    public ILocator CheckBox(string uid) => Row(uid).GetByRole(AriaRole.Checkbox);

    /// <summary>A button on the row of a process; brought out by the pointer, or by a tap where there is none.</summary>
    public async Task<ILocator> ActionAsync(string uid, string label)
    {
        var button = Row(uid).GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{label} ", RegexOptions.None, TimeSpan.FromSeconds(1)) });
        if (!Device.IsTouch)
            await Row(uid).HoverAsync();
        else if (await Row(uid).Locator(".process-actions").CountAsync() == 0)
            await Name(uid).TapAsync();
        return button;
    }

    public async Task ActAsync(string uid, string label) => await PressAsync(await ActionAsync(uid, label));

    /// <summary>With the pointer or the thumb, as soon as the button can work: one that is busy with an action before takes a press and does nothing.</summary>
    public Task PressAsync(ILocator button) => PressAsync(button, force: false);

    /// <summary>Presses a button that says why it cannot work, and takes a press all the same to say so.</summary>
    public Task PressInVainAsync(ILocator button) => PressAsync(button, force: true);

    private Task PressAsync(ILocator button, bool force) =>
        Device.IsTouch ? button.TapAsync(new() { Force = force }) : button.ClickAsync(new() { Force = force });

    public async Task SelectAsync(string uid)
    {
        await PressAsync(CheckBox(uid));
        await Expect(CheckBox(uid)).ToBeCheckedAsync();
    }

    public ILocator View(string name) =>
        Page.GetByRole(AriaRole.Navigation, new() { Name = "Views" }).GetByRole(AriaRole.Link, new() { Name = name });

    /// <summary>A row tells its state to a screen reader always, and to the eye only where it is not under the hand.</summary>
    public async Task ExpectStateAsync(string uid, string state) =>
        await Expect(Name(uid)).ToHaveAccessibleNameAsync(new Regex($", {state}$", RegexOptions.None, TimeSpan.FromSeconds(1)));

    /// <summary>Opens the menu behind a button and returns one of its entries.</summary>
    public async Task<ILocator> MenuEntryAsync(string menu, string entry)
    {
        await PressAsync(Page.GetByRole(AriaRole.Button, new() { Name = menu, Exact = true }));
        var item = Page.GetByRole(AriaRole.Menu, new() { Name = menu, Exact = true }).Locator("button").Filter(new() { HasText = entry }).First;
        await Expect(item).ToBeVisibleAsync();
        return item;
    }

    public async Task ChooseAsync(string menu, string entry) => await PressAsync(await MenuEntryAsync(menu, entry));

    /// <summary>One action with its results, in the corner or in the list of recent ones.</summary>
    public ILocator Run(string title) => Page.Locator("article.run").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = title }) });

    /// <summary>What was done from this page: behind the bell on a desk, in a view on a phone.</summary>
    public async Task OpenRecentActionsAsync()
    {
        if (Device.IsTouch)
            await View("Notices").TapAsync();
        else
            await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Notices", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();
    }

    /// <summary>Nobody is kept out: neither by axe's rules, nor by a label that is cut, nor by a page that is wider than its window.</summary>
    public async Task ExpectFitForEverybodyAsync(string where)
    {
        Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{where}, {Device}: wider than the window.");
        var cut = await Page.EvaluateAsync<string[]>("""
            () => {
            const beyond = ({ left, right }) => left < -1 || right > innerWidth + 1
            return [...document.querySelectorAll('button, a, label, legend, h1, h2, h3, dt, th, summary, .supervisor-line > span')]
              .filter((e) => e.checkVisibility() && !e.closest('.said, .skip') && !e.matches('[data-row]'))
              .filter((e) => (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible') || beyond(e.getBoundingClientRect()))
              .map((e) => e.outerHTML.slice(0, 200))
            }
            """);
        Assert.True(cut.Length == 0, $"{where}, {Device}: cut: {string.Join("\n", cut)}");
        var violations = await Axe.ViolationsAsync(Page);
        Assert.True(violations.Count == 0, $"{where}, {Device}: {string.Join("\n", violations)}");
    }

    /// <summary>Leaves a picture for people. Without the changes that Playwright makes for one: they need a style, which the page's policy forbids.</summary>
    public Task PictureAsync(string name) => Page.ScreenshotAsync(new()
    {
        Path = Artifacts.File("screenshots", $"{name}-{Device}.png"),
        Caret = ScreenshotCaret.Initial,
    });

    private static string Quoted(string text) => $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
