using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Portal.Endpoints;

namespace OpenClaw.Portal.Tests.Chat;

public sealed class ChatEndpointsTests : IAsyncLifetime
{
    private static readonly Guid Known = Guid.Parse("0197a3f2-0000-7000-8000-000000000001");
    private readonly StubPages _pages = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<IChatPageSource>(_pages);
        _app = builder.Build();
        _app.UsePathBase("/gateway");
        _app.UseRouting();
        _app.MapChat();
        await _app.StartAsync();
        _client = _app.GetTestClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Show_HostileTitle_IsEncodedEverywhere()
    {
        _pages.Page = new ChatPage("\"><script>alert(1)</script>");
        var html = await _client.GetStringAsync($"/chat/{Known}");
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("data-title=\"&quot;&gt;&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChatTheme.Auto, "auto")]
    [InlineData(ChatTheme.Light, "light")]
    [InlineData(ChatTheme.Dark, "dark")]
    public async Task Show_Theme_IsOnThePageAndItsScript(ChatTheme theme, string word)
    {
        _pages.Page = new ChatPage("Help", theme, MaxAttachmentBytes: 1000);
        var html = await _client.GetStringAsync($"/chat/{Known}");
        Assert.Contains($"<html lang=\"en\" data-theme=\"{word}\">", html, StringComparison.Ordinal);
        Assert.Contains($"data-channel=\"{Known}\" data-title=\"Help\" data-theme=\"{word}\" data-max-upload=\"1000\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.NotFound)]
    public async Task Show_AnyAnswer_HasStrictHeaders(bool exists, HttpStatusCode status)
    {
        _pages.Page = exists ? new ChatPage("Help") : null;
        using var response = await _client.GetAsync($"/chat/{Known}");
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *",
            response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", html, StringComparison.Ordinal);
        Assert.Equal(exists, html.Contains("openclaw-chat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Show_UnknownChannel_SaysWhatToDo()
    {
        var html = await (await _client.GetAsync($"/chat/{Known}")).Content.ReadAsStringAsync();
        Assert.Contains("This chat is not available", html, StringComparison.Ordinal);
        Assert.Equal(Known, _pages.Asked);
    }

    [Fact]
    public async Task Show_UnderAPathBase_LoadsItsAssetsFromThere()
    {
        _pages.Page = new ChatPage("Help");
        var html = await _client.GetStringAsync($"/gateway/chat/{Known}");
        Assert.Contains("src=\"/gateway/widget.js\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/gateway/chat/chat.css\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NotAnId_IsNotFound()
    {
        using var response = await _client.GetAsync("/chat/nobody");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null(_pages.Asked);
    }

    private sealed class StubPages : IChatPageSource
    {
        public ChatPage? Page { get; set; }

        public Guid? Asked { get; private set; }

        public ValueTask<ChatPage?> FindAsync(Guid channelId, CancellationToken cancellationToken)
        {
            Asked = channelId;
            return ValueTask.FromResult(Page);
        }
    }
}
