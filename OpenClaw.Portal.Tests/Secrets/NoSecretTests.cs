using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Browser;

namespace OpenClaw.Portal.Tests.Secrets;

/// <summary>
/// Plants secrets in a running product by every door that takes or makes one, and looks for all of them in its files, its log at the
/// chattiest level, every answer of the API to a reader, and every page. Calls come from the OpenAPI document and pages from
/// their routes, so new ones are searched too.
/// </summary>
[Trait("Category", "Slow")]
public sealed partial class NoSecretTests
{
    private const string Email = "ada@example.org";
    private const string Password = "Pl4nted-pa55word &<mit> ümlaut";
    private const string WrongPassword = "Pl4nted-wr0ng pa55word";
    private const string BootstrapKey = "ock_Pl4ntedB00tstrapKey000000000000000000";
    private const string MasterKey = "Pl4nted-master-key-of-many-characters";
    private const string SmtpPassword = "Pl4nted-smtp-pa55word";
    private readonly PlantedSecrets _planted = new();

    [Fact]
    public async Task PlantedSecrets_AreNowhereToBeRead()
    {
        foreach (var (name, secret) in ((string, string)[])
            [("password", Password), ("wrong password", WrongPassword), ("bootstrap key", BootstrapKey), ("master key", MasterKey), ("SMTP password", SmtpPassword)]) _planted.Add(name, secret);
        await using var portal = await PortalProcess.StartAsync(
            "--Bootstrap:AdminEmail", Email, "--Bootstrap:AdminPassword", Password, "--Bootstrap:ApiKey", BootstrapKey, "--Security:MasterKey", MasterKey,
            "--Smtp:Host", "localhost", "--Smtp:Port", "1", "--Smtp:User", "gateway@example.org", "--Smtp:Password", SmtpPassword,
            "--Logging:LogLevel:Default", "Trace", "--Logging:LogLevel:Microsoft.AspNetCore", "Trace", "--Logging:LogLevel:Microsoft.EntityFrameworkCore", "Trace", "--Logging:LogLevel:System.Net.Http", "Trace");
        using var api = Client(portal);
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", BootstrapKey);
        await PlantAsync(api);
        using var browser = await SignInAsync(portal);

        var answers = await SearchAnswersAsync(api);
        var pages = await SearchPagesAsync(browser, api);
        SearchFiles(portal.Data);
        SearchFor("the log", Encoding.UTF8.GetBytes(portal.Output));

        Assert.Contains("trce:", portal.Output, StringComparison.Ordinal);
        Assert.True(answers >= 20, $"only {answers} answers were searched");
        Assert.True(pages >= SiteMap.Templates.Count, $"only {pages} pages were searched");
    }

    /// <summary>Secrets that a tenant gives, and secrets that the gateway makes and shows once.</summary>
    private async Task PlantAsync(HttpClient api)
    {
        var channel = await api.CallAsync("POST", "/api/v1/channels", """{"kind":"websocket","name":"Planted","secrets":{"signingSecret":"Pl4nted-channel-secret-of-32-bytes-0"}}""");
        _planted.Add("channel's signing secret", "Pl4nted-channel-secret-of-32-bytes-0");
        var agent = await api.CallAsync("POST", "/api/v1/agents", """{"kind":"webhook","name":"Planted","settings":{"url":"https://192.0.2.1/agent"}}""");
        PlantShown("agent's secret", agent);
        PlantShown("channel's fresh secret", await api.CallAsync("POST", $"/api/v1/channels/{channel.GetProperty("id")}/secrets/signingSecret/rotate", """{"overlapHours":1}"""));
        using var made = await api.SendAsync("POST", "/api/v1/api-keys", """{"name":"Planted","scopes":["read"]}""", ("Idempotency-Key", "planted"));
        var key = await made.JsonAsync();
        _planted.Add("API key", key.GetProperty("value").GetString()!);
        using var reader = new HttpClient { BaseAddress = api.BaseAddress };
        reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.GetProperty("value").GetString());
        await reader.CallAsync("GET", "/api/v1/settings");
        await reader.FailAsync(403, "POST", "/api/v1/agents", "{}");
        // refused input is the likeliest to be quoted
        await api.FailAsync(400, "POST", "/api/v1/channels", """{"kind":"websocket","name":"","secrets":{"signingSecret":"Pl4nted-refused"}}""");
        await api.FailAsync(400, "POST", "/api/v1/agents", """{"kind":"webhook","name":"x","secrets":{"signingSecret":"Pl4nted-refused","nothing":"Pl4nted-refused"}}""");
        _planted.Add("refused secret", "Pl4nted-refused");
    }

    private void PlantShown(string name, JsonElement answer)
    {
        var values = Strings(answer).Where(v => v.Name == "value" && v.Text.Length >= 16).ToList();
        Assert.NotEmpty(values);
        foreach (var (index, value) in values.Index()) _planted.Add($"{name} {index}", value.Text);
    }

    private static async Task<HttpClient> SignInAsync(PortalProcess portal)
    {
        var browser = Client(portal);
        Assert.NotEqual(HttpStatusCode.Redirect, await SendFormAsync(browser, WrongPassword));
        Assert.Equal(HttpStatusCode.Redirect, await SendFormAsync(browser, Password));
        return browser;
    }

    private static async Task<HttpStatusCode> SendFormAsync(HttpClient browser, string password)
    {
        var html = await browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative));
        var form = Form().Matches(html).Select(m => m.Value).First(f => f.Contains("type=\"password\"", StringComparison.Ordinal));
        var fields = Hidden().Matches(form).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        (fields["Input.Email"], fields["Input.Password"]) = (Email, password);
        using var body = new FormUrlEncodedContent(fields);
        using var answer = await browser.PostAsync(new Uri("/account/sign-in", UriKind.Relative), body);
        return answer.StatusCode;
    }

    /// <summary>Every GET of the document; those about one thing with every id that a list has shown.</summary>
    private async Task<int> SearchAnswersAsync(HttpClient api)
    {
        var document = await api.CallAsync("GET", "/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Where(p => p.Value.TryGetProperty("get", out _)).Select(p => p.Name).ToList();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var searched = 0;
        foreach (var path in paths.OrderBy(p => p.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var address in path.Contains('{', StringComparison.Ordinal) ? ids.Select(id => Parameter().Replace(path, id)).ToList() : [path])
            {
                using var response = await api.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
                if (response.Content.Headers.ContentType?.MediaType == "text/event-stream") continue;
                var text = await response.Content.ReadAsStringAsync();
                SearchFor($"GET {address}", Encoding.UTF8.GetBytes(text + response.Headers));
                if (response.IsSuccessStatusCode && text.StartsWith('{')) ids.UnionWith(Strings(JsonElement.Parse(text)).Select(s => s.Text).Where(t => Guid.TryParse(t, out _)));
                searched++;
            }
        }

        return searched;
    }

    /// <summary>Every page, with every parameter that could be an id replaced by each id there is.</summary>
    private async Task<int> SearchPagesAsync(HttpClient browser, HttpClient api)
    {
        List<string> ids = [];
        foreach (var list in (string[])["/api/v1/channels", "/api/v1/agents", "/api/v1/api-keys"])
            ids.AddRange((await api.CallAsync("GET", list)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
        var searched = 0;
        foreach (var template in SiteMap.Templates)
        {
            var address = template.Replace("{Slug}", "default", StringComparison.Ordinal);
            foreach (var page in Parameter().IsMatch(address) ? ids.Select(id => Parameter().Replace(address, id)).ToList() : [address])
            {
                using var response = await browser.GetAsync(new Uri(page, UriKind.Relative));
                SearchFor($"page {page}", Encoding.UTF8.GetBytes(await response.Content.ReadAsStringAsync() + response.Headers));
                searched++;
            }
        }

        return searched;
    }

    /// <summary>The database with its log, blobs, keys: whatever lies in the data directory while the product runs.</summary>
    private void SearchFiles(string folder)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        var readable = false;
        foreach (var file in files.Where(f => new FileInfo(f).Length > 0)) // the lock is empty, and held
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            SearchFor($"file {Path.GetFileName(file)}", content.ToArray());
            readable |= content.ToArray().AsSpan().IndexOf("Planted"u8) >= 0;
        }

        Assert.True(readable, "not even the channel's name was found: the search looks in the wrong place");
    }

    private void SearchFor(string place, byte[] content)
    {
        var found = _planted.FindIn(content).ToList();
        Assert.True(found.Count == 0, $"{place} shows: {string.Join(", ", found)}");
    }

    private static HttpClient Client(PortalProcess portal) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new(portal.Address), Timeout = TimeSpan.FromSeconds(60) };

    private static IEnumerable<(string Name, string Text)> Strings(JsonElement element, string name = "") => element.ValueKind switch
    {
        JsonValueKind.String => [(name, element.GetString()!)],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value, p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(e => Strings(e, name)),
        _ => [],
    };

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Parameter();
}
