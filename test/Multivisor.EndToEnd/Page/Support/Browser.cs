using Microsoft.Playwright;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>The system's Chromium, one for all tests of a collection; each visit has a window of its own that shares nothing.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>As for every wait of these tests: far longer than it takes, because a busy machine is no defect.</summary>
    private const int LimitMilliseconds = 45_000;

    private const string Program = "/usr/bin/chromium";

    /// <summary>It runs as root in a container as well, and asks nobody on the network for anything of its own.</summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(LimitMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Arguments });
    }

    /// <summary>
    /// Opens a page in a window with empty storage, and closes it when the test is through. Fails also when the console showed an error, or
    /// when the page asked another host for anything. What a failed test saw last is kept as a picture.
    /// </summary>
    /// <param name="address">Path and query.</param>
    internal Task VisitAsync(ServerProcess server, Device device, string address, Func<PageWindow, Task> test) =>
        VisitAsync($"http://127.0.0.1:{server.Port}", device, address, test);

    /// <inheritdoc cref="VisitAsync(ServerProcess, Device, string, Func{PageWindow, Task})"/>
    /// <param name="origin">Where browsers see the server.</param>
    internal async Task VisitAsync(string origin, Device device, string address, Func<PageWindow, Task> test)
    {
        await using var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = origin,
            ViewportSize = new() { Width = device.Width, Height = device.Height },
            HasTouch = device.IsTouch,
            IsMobile = device.IsTouch,
            ColorScheme = device.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "Europe/Paris",
        });
        context.SetDefaultTimeout(LimitMilliseconds);
        var window = new PageWindow(await context.NewPageAsync(), device);
        try
        {
            await window.OpenAsync(address);
            await test(window);
        }
        catch
        {
            await window.Page.ScreenshotAsync(new() { Path = Artifacts.File("page-failures", $"{TestContext.Current.Test?.UniqueID}.png") });
            throw;
        }

        Assert.Empty(window.Errors);
        Assert.Empty(window.RequestsElsewhere);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
