using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Identity;

/// <summary>Somebody with a browser, as far as pages need one that work without scripts. Each has an address of their own, as the rate limit counts by address.</summary>
internal sealed partial class Visitor : IDisposable
{
    private static int _number = 1;
    private readonly HttpClient _client;

    public Visitor(Product product)
    {
        var number = Interlocked.Increment(ref _number);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.{number / 250}.{(number % 250) + 1}");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, CookieContainer = Cookies,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(Address), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _client = new(handler) { BaseAddress = product.Address, Timeout = TimeSpan.FromSeconds(60) };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    }

    public string Address { get; }

    public CookieContainer Cookies { get; } = new();

    public Task<HttpResponseMessage> OpenAsync(string path) => _client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await OpenAsync(path);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Opens the page and sends the form of that name.</summary>
    public async Task<Answer> SendAsync(string path, string form, params (string Name, string Value)[] values)
    {
        using var page = await OpenAsync(path);
        var html = await page.Content.ReadAsStringAsync();
        var markup = Form().Matches(html).Select(m => m.Value).FirstOrDefault(f => f.Contains($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{path} ({(int)page.StatusCode}) has no form {form}:\n{html}");
        var fields = Hidden().Matches(markup).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        foreach (var (name, value) in values) fields[name] = value;
        using var body = new FormUrlEncodedContent(fields);
        using var answer = await _client.PostAsync(new Uri(path, UriKind.RelativeOrAbsolute), body);
        var location = answer.Headers.Location is { } to ? (to.IsAbsoluteUri ? to.PathAndQuery : to.OriginalString) : null;
        return new(answer.StatusCode, location, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), [.. answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : []]);
    }

    public Task<Answer> SignInAsync(string email, string password = Product.Password, bool remember = false) =>
        SendAsync("/account/sign-in", "sign-in", [("Input.Email", email), ("Input.Password", password), .. remember ? [("Input.Remember", "true")] : Array.Empty<(string, string)>()]);

    /// <summary>By the form in the menu of the person.</summary>
    public async Task SignOutAsync()
    {
        var html = await (await OpenAsync("/account")).Content.ReadAsStringAsync();
        var markup = Form().Matches(html).Select(m => m.Value).First(f => f.Contains("action=\"account/sign-out\"", StringComparison.Ordinal));
        using var body = new FormUrlEncodedContent(Hidden().Matches(markup).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var answer = await _client.PostAsync(new Uri("/account/sign-out", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    /// <summary>Whether a page of the own account shows, and not the sign-in.</summary>
    public async Task<bool> IsSignedInAsync()
    {
        using var answer = await OpenAsync("/account/sign-ins");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Hidden();
}

/// <summary>What a form was answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string? Location, string Html, IReadOnlyList<string> Cookies);
