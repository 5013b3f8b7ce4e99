using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OpenClaw.Portal.Hosting.Protection;
using OpenClaw.Portal.Tests.Browser;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>What the product's web side does to requests that are not meant well, seen from outside.</summary>
[Trait("Category", "Slow")]
public sealed class HardeningTests(HardeningTests.Portals portals) : IClassFixture<HardeningTests.Portals>
{
    private const string Key = "ock_hardening0000000000000000000000000000";

    [Theory]
    [InlineData("GET", "/account/sign-in", 200)]
    [InlineData("GET", "/", 302)]
    [InlineData("GET", "/no-such-page", 404)]
    [InlineData("GET", "/api/v1/settings", 200)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("DELETE", "/api/v1/settings", 405)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/api/index.html", 200)]
    [InlineData("GET", "/healthz/live", 200)]
    [InlineData("POST", "/healthz/live", 405)]
    [InlineData("GET", "/files/nothing", 404)]
    [InlineData("GET", "/css/portal.css", 200)]
    public async Task EveryAnswer_CarriesTheHeaders(string method, string path, int status)
    {
        using var response = await SendAsync(portals.Behind, method, path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("nosniff", One(response, "X-Content-Type-Options"));
        Assert.NotEmpty(One(response, "Referrer-Policy"));
        Assert.NotEmpty(One(response, "Permissions-Policy"));
        Assert.Equal("same-origin", One(response, "Cross-Origin-Opener-Policy"));
        var policy = One(response, "Content-Security-Policy");
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("script-src[^;]*unsafe", policy);
        var isStatic = path is "/css/portal.css" or "/api/index.html";
        Assert.Equal(!isStatic, response.Headers.CacheControl?.NoStore is true);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task ForwardedHeaders_AreBelievedFromKnownProxiesOnly()
    {
        (string, string)[] forwarded = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "chat.example.org"), ("X-Forwarded-For", "192.0.2.7")];
        foreach (var path in (string[])["/account/sign-in", "/", "/api/v1/settings", "/healthz/live", "/css/portal.css"])
        {
            using var behind = await SendAsync(portals.Behind, "GET", path, headers: forwarded);
            Assert.Equal("max-age=31536000", One(behind, "Strict-Transport-Security"));
            using var open = await SendAsync(portals.Open, "GET", path, headers: forwarded);
            Assert.False(open.Headers.Contains("Strict-Transport-Security"));
        }

        using var redirected = await SendAsync(portals.Behind, "GET", "/", headers: forwarded);
        Assert.DoesNotContain("localhost", redirected.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/channels")]
    [InlineData("POST", "/files/00000000-0000-0000-0000-000000000000/00000000-0000-0000-0000-000000000000")]
    [InlineData("POST", "/healthz/live")]
    [InlineData("DELETE", "/healthz/ready")]
    [InlineData("POST", "/openapi/v1.json")]
    [InlineData("POST", "/channels/00000000-0000-0000-0000-000000000000/socket")]
    [InlineData("POST", "/chat/00000000-0000-0000-0000-000000000000")]
    public async Task MachineRoutes_OtherMethod_IsAProblemThatNamesTheRightOnes(string method, string path)
    {
        using var response = await SendAsync(portals.Behind, method, path);
        Assert.Equal(405, (int)response.StatusCode);
        Assert.NotEmpty(response.Content.Headers.Allow);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(405, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("/agents/x")]
    [InlineData("/files/x")]
    [InlineData("/channels/x")]
    [InlineData("/healthz/x")]
    [InlineData("/openapi/x")]
    public async Task MachineRoutes_Unknown_IsAProblem(string path)
    {
        using var response = await SendAsync(portals.Behind, "GET", path);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Api_OtherMediaType_Is415()
    {
        using var content = new StringContent("kind=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await SendAsync(portals.Behind, "POST", "/api/v1/channels", content);
        Assert.Equal(415, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task HeadTooLong_IsRefusedAndHarmsNobody()
    {
        using var header = await SendAsync(portals.Behind, "GET", "/api/v1/settings", headers: [("X-Long", new('x', 40_000))]);
        Assert.Equal(431, (int)header.StatusCode);
        using var url = await SendAsync(portals.Behind, "GET", "/api/v1/sessions?text=" + new string('x', 20_000));
        Assert.Equal(414, (int)url.StatusCode);
        using var after = await SendAsync(portals.Behind, "GET", "/api/v1/settings");
        Assert.Equal(200, (int)after.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Form_TooLarge_IsToldOnAPage(bool announced)
    {
        using var content = Form("a@example.org", new string('x', FormSizes.MaxBytes));
        using var piecemeal = new StreamContent(new Unseekable(await content.ReadAsByteArrayAsync()));
        piecemeal.Headers.ContentType = content.Headers.ContentType;
        using var response = await SendAsync(portals.Behind, "POST", "/account/sign-in", announced ? content : piecemeal, ("X-Forwarded-For", "192.0.2.77"));
        Assert.InRange((int)response.StatusCode, 400, 413);
        if (announced) Assert.Contains("too large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiBody_TooLarge_Is413()
    {
        using var content = new StringContent(new string(' ', 4 * 1024 * 1024 + 1), Encoding.UTF8, "application/json");
        using var response = await SendAsync(portals.Behind, "POST", "/api/v1/channels", content);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Body_ThatDoesNotCome_IsNotWaitedForEternally()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", new Uri(portals.Behind.Address).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(client.GetStream());
        Assert.Contains("408", await reader.ReadLineAsync(patience.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_AnotherForwardedAddressEachTimeFromNoProxy_IsOneAddress()
    {
        for (var i = 0; i < 20; i++) Assert.NotEqual(429, await TryAsync(portals.Open, $"192.0.2.{i}", $"person{i}@example.org"));
        Assert.Equal(429, await TryAsync(portals.Open, "192.0.2.99", "another@example.org"));
    }

    [Fact]
    public async Task SignIn_FromManyAddressesToOneAccount_IsStopped()
    {
        for (var i = 0; i < AccountGate.TriesPerMinute; i++) Assert.NotEqual(429, await TryAsync(portals.Behind, $"198.51.100.{i}", i % 2 == 0 ? "ada@example.org" : " ADA@Example.org "));
        using var content = Form("ada@example.org", "x");
        using var refused = await SendAsync(portals.Behind, "POST", "/account/sign-in", content, ("X-Forwarded-For", "198.51.100.99"));
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("Too many tries", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(429, await TryAsync(portals.Behind, "198.51.100.99", "bob@example.org"));
    }

    private static async Task<int> TryAsync(PortalProcess portal, string from, string email)
    {
        using var content = Form(email, "wrong");
        using var response = await SendAsync(portal, "POST", "/account/sign-in", content, ("X-Forwarded-For", from));
        return (int)response.StatusCode;
    }

    private static FormUrlEncodedContent Form(string email, string password) => new([new("_handler", "sign-in"), new("Input.Email", email), new("Input.Password", password)]);

    private static async Task<HttpResponseMessage> SendAsync(PortalProcess portal, string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(new(method), portal.Address + path) { Content = content };
        request.Headers.ExpectContinue = content?.Headers.ContentLength > 100_000; // else the refusal cuts the sender off
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    private static string One(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }

    /// <summary>One that stands behind a known proxy (this machine), and one that does not.</summary>
    public sealed class Portals : IAsyncLifetime
    {
        internal PortalProcess Behind { get; private set; } = null!;

        internal PortalProcess Open { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            string[] first = ["--Bootstrap:AdminEmail", "ada@example.org", "--Bootstrap:AdminPassword", "correct horse battery", "--Bootstrap:ApiKey", Key];
            Behind = await PortalProcess.StartAsync([.. first, "--Proxy:Known", "127.0.0.1;::1"]);
            Open = await PortalProcess.StartAsync([.. first, "--Proxy:Known", "192.0.2.1"]);
        }

        public async Task DisposeAsync()
        {
            await Behind.DisposeAsync();
            await Open.DisposeAsync();
        }
    }
}
