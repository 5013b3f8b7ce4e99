using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Hosting;

public sealed class BasePathTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/gateway", true)]
    [InlineData("/gateway/", true)]
    [InlineData("/a/b-c_d.e~f", true)]
    [InlineData("/t/", false)]
    [InlineData("/API/x", false)]
    [InlineData("/a%20b", false)]
    [InlineData("//a", false)]
    public void IsUsable_Path_OnlyWhatCannotBeTakenForOurs(string path, bool expected) => Assert.Equal(expected, BasePath.IsUsable(path));

    [Theory]
    [InlineData("https://example.org/", "/t/acme", "", "/t/acme")]
    [InlineData("https://example.org/gateway/", "/gateway/t/acme", "/gateway", "/t/acme")]
    [InlineData("https://example.org/gateway/", "/t/acme", "/gateway", "/t/acme")] // a proxy that takes it away
    [InlineData("https://example.org/gateway/", "/gatewayx", "/gateway", "/gatewayx")]
    [InlineData("https://example.org/a/b/", "/a/b/", "/a/b", "/")]
    public async Task Request_Path_CountsAsBelowTheSubPath(string publicUrl, string path, string expectedBase, string expectedPath)
    {
        var http = await AskAsync(publicUrl, path);
        Assert.Equal((expectedBase, expectedPath, 418), (http.Request.PathBase.Value, http.Request.Path.Value, http.Response.StatusCode));
    }

    [Fact]
    public async Task Request_SubPathWithoutSlash_IsSentToTheOneWithIt()
    {
        var http = await AskAsync("https://example.org/gateway/", "/gateway");
        Assert.Equal((308, "/gateway/"), (http.Response.StatusCode, http.Response.Headers.Location.ToString()));
    }

    private static async Task<HttpContext> AskAsync(string publicUrl, string path)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseBasePath(new(publicUrl));
        app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return Task.CompletedTask;
        });
        var http = new DefaultHttpContext { RequestServices = services };
        http.Request.Path = path;
        await app.Build()(http);
        return http;
    }
}
