using System.Net;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Tests.Api;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>What opens a tenant's socket or attachment opens nothing of another's.</summary>
[Trait("Category", "Slow")]
public sealed class SocketIsolationTests(TwoTenants tenants) : IClassFixture<TwoTenants>
{
    [Fact]
    public async Task ResumeToken_AtAnotherTenantsChannel_Is401() =>
        Assert.Equal(401, await Talk.RefusalAsync(tenants.Product.Address, await StrangeChannelAsync(), origin: null, $"resume.{tenants.Ids["resume"]}"));

    [Fact]
    public async Task Jwt_SignedWithAnotherTenantsSecret_Is401()
    {
        var rotated = await tenants.Stranger.CallAsync("POST", $"/api/v1/channels/{await StrangeChannelAsync()}/secrets/signingSecret/rotate", "{}");
        var token = Jwt.Of("""{"sub":"ada","exp":4102444800}""", rotated.GetProperty("value").GetString()!);
        Assert.Equal(401, await Talk.RefusalAsync(tenants.Product.Address, tenants.Ids["channel"], TwoTenants.Origin, $"bearer.{token}"));
    }

    [Fact]
    public async Task ForeignOrigin_AtAChannelWithAList_Is403() =>
        Assert.Equal(403, await Talk.RefusalAsync(tenants.Product.Address, tenants.Ids["channel"], "https://evil.example.com"));

    [Fact]
    public async Task AttachmentLink_WithAnotherTenantInIt_IsRefused()
    {
        var attachment = new AttachmentRef(Guid.NewGuid(), "secret.txt", "text/plain", 5);
        var strange = tenants.Product.Get<ICatalog>().FindTenant(TwoTenants.StrangerSlug)!.Id;
        var links = tenants.Product.Get<IFileLinks>();
        var (own, theirs) = (new Uri(links.Create(strange, attachment)), new Uri(links.Create(tenants.Victim, attachment)));
        // the path of the one with the signature of the other
        using var answer = await tenants.Product.Client().GetAsync(new Uri(theirs.AbsolutePath + own.Query, UriKind.Relative));
        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Unauthorized, $"{(int)answer.StatusCode}");
    }

    private async Task<string> StrangeChannelAsync() => (await tenants.Stranger.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
}
