using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Core.Tests.Storage.Blobs;

/// <summary>Signed links, from the making to what a browser is told.</summary>
public sealed class FileEndpointTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-files-").FullName;
    private readonly TestClock _clock = new();
    private readonly Guid _tenant = Guid.NewGuid();
    private readonly Guid _blob = Guid.CreateVersion7();
    private readonly Guid _image = Guid.CreateVersion7();
    private WebApplication _app = null!;
    private readonly HttpClient _http = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddSingleton(new GatewayOptions { PublicUrl = new("https://gateway.example/base/"), DataDirectory = _folder });
        builder.Services.AddSingleton<IKeyMaterial>(new FakeKeys());
        builder.Services.AddDirectoryBlobs();
        _app = builder.Build();
        _app.MapFiles();
        await _app.StartAsync();
        await using var writer = await _app.Services.GetRequiredService<IBlobStore>().CreateAsync(_tenant, _blob, CancellationToken.None);
        await writer.WriteAsync("0123456789"u8.ToArray(), CancellationToken.None);
        await writer.CommitAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public void Create_Link_UnderThePublicUrl() =>
        Assert.StartsWith($"https://gateway.example/base/files/{_tenant}/{_blob}?name=a%20b%26.txt&type=text%2Fplain&exp=", Link("a b&.txt", "text/plain"), StringComparison.Ordinal);

    [Theory]
    [InlineData("image/png", "attachment")]
    [InlineData("image/svg+xml", "attachment")]
    [InlineData("text/html", "attachment")]
    [InlineData("application/pdf", "attachment")]
    [InlineData("image/png;x=<script>", "attachment")]
    [InlineData("nonsense", "attachment")]
    [InlineData("", "attachment")]
    public async Task Get_AnyType_ADownload(string type, string disposition)
    {
        using var response = await _http.GetAsync(Local(Link("file name ü.bin", type)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0123456789", await response.Content.ReadAsStringAsync());
        Assert.Equal(disposition, response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("file name ü.bin", response.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("default-src 'none'; sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        if (type is "nonsense" or "" or "image/png") Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("image/png", "89504E470D0A1A0A0000", true)]
    [InlineData("image/jpeg", "FFD8FFE000104A46", true)]
    [InlineData("IMAGE/GIF", "474946383961", true)]
    [InlineData("image/webp", "524946460000000057454250", true)]
    [InlineData("image/webp", "5249464600000000", false)]
    [InlineData("image/png", "FFD8FFE000104A46", false)]
    [InlineData("image/svg+xml", "3C737667", false)]
    [InlineData("image/png", "3C68746D6C3E", false)]
    [InlineData("image/png", "", false)]
    public async Task Get_AnImageByTypeAndByItsFirstBytes_IsShown(string type, string bytes, bool shown)
    {
        var content = Convert.FromHexString(bytes);
        await using (var writer = await _app.Services.GetRequiredService<IBlobStore>().CreateAsync(_tenant, _image, CancellationToken.None))
        {
            await writer.WriteAsync(content, CancellationToken.None);
            await writer.CommitAsync(CancellationToken.None);
        }

        using var response = await _http.GetAsync(Local(Link("image", type, _image)));

        Assert.Equal(shown ? "inline" : "attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_NameWithHeaderBreaksAndPaths_HarmlessHeader()
    {
        using var response = await _http.GetAsync(Local(Link("a\r\nSet-Cookie: x=1\"; filename=../../evil", "text/plain")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Get_Range_Partial()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Local(Link("a", "text/plain")));
        request.Headers.Range = new RangeHeaderValue(2, 4);
        using var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("234", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Head_Link_HeadersWithoutBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Local(Link("a", "text/plain")));
        using var response = await _http.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, 10L), (response.StatusCode, response.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Get_AnHourLater_410()
    {
        var link = Local(Link("a", "text/plain"));
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, (await RefusedAsync(link)).Status);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((410, "link_expired"), await RefusedAsync(link));
    }

    [Fact]
    public async Task Get_BlobGone_404()
    {
        var link = Local(Link("a", "text/plain"));
        await _app.Services.GetRequiredService<IBlobStore>().DeleteAsync(_tenant, _blob, CancellationToken.None);

        Assert.Equal((404, "file_not_found"), await RefusedAsync(link));
    }

    [Fact]
    public async Task Get_AnythingChanged_403()
    {
        var link = Local(Link("a.png", "image/png")).ToString();
        foreach (var changed in new[]
        {
            link.Replace("a.png", "b.png", StringComparison.Ordinal),
            link.Replace("image%2Fpng", "text%2Fhtml", StringComparison.Ordinal),
            link.Replace("exp=", "exp=1", StringComparison.Ordinal),
            link.Replace(_tenant.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal),
            link.Replace(_blob.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal),
            link[..^3] + "AAA",
            link[..link.IndexOf("&sig", StringComparison.Ordinal)],
            link.Replace("name=", "nam=", StringComparison.Ordinal),
            link[..link.IndexOf('?', StringComparison.Ordinal)],
            link + "&sig=x",
        })
        {
            Assert.Equal((403, "link_invalid"), await RefusedAsync(new(changed)));
        }
    }

    [Fact]
    public async Task Get_ExpiryPutOff_403NotServed()
    {
        var link = Local(Link("a", "text/plain")).ToString();
        _clock.Advance(TimeSpan.FromHours(2));
        var exp = _clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var at = link.IndexOf("exp=", StringComparison.Ordinal);

        Assert.Equal(403, (await RefusedAsync(new(link[..(at + 4)] + exp + link[link.IndexOf("&sig", StringComparison.Ordinal)..]))).Status);
    }

    [Fact]
    public void Check_LinkOfAnotherInstallation_Forged()
    {
        var other = new FileLinks(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = _folder }, new FakeKeys("other"), _clock);
        var query = new Uri(other.Create(_tenant, new(_blob, "a", "b", 1))).Query;
        var parts = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query);

        Assert.Equal(LinkState.Valid, other.Check(_tenant, _blob, "a", "b", parts["exp"], parts["sig"]));
        Assert.Equal(LinkState.Forged, _app.Services.GetRequiredService<FileLinks>().Check(_tenant, _blob, "a", "b", parts["exp"], parts["sig"]));
    }

    private string Link(string name, string type, Guid? blob = null) => _app.Services.GetRequiredService<IFileLinks>().Create(_tenant, new(blob ?? _blob, name, type, 10));

    private Uri Local(string link) => new(new Uri(_app.Urls.Single()), new Uri(link).PathAndQuery["/base".Length..]);

    private async Task<(int Status, string? Code)> RefusedAsync(Uri link)
    {
        using var response = await _http.GetAsync(link);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, response.IsSuccessStatusCode ? null : JsonDocument.Parse(Encoding.UTF8.GetBytes(body)).RootElement.GetProperty("code").GetString());
    }
}
