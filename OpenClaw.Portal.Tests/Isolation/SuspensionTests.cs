using System.Net;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.EndToEnd;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>Suspending, resuming and deleting a tenant in the whole product, seen from outside.</summary>
[Trait("Category", "Slow")]
public sealed class SuspensionTests : IAsyncLifetime
{
    private Product _product = null!;
    private HttpClient _owner = null!;
    private HttpClient _tenantKey = null!;
    private string _tenant = "";
    private string _channel = "";

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _owner = _product.Client(Product.Key);
        var made = await _owner.CallAsync("POST", "/api/v1/tenants", """{"slug":"acme","apiKey":true}""");
        _tenant = made.GetProperty("id").GetString()!;
        _tenantKey = _product.Client(made.GetProperty("apiKey").GetProperty("value").GetString());
        _channel = (await _tenantKey.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _product.DisposeAsync();

    [Fact]
    public async Task Suspended_EverythingStops_ResumedGoesOnInOrder()
    {
        var echo = (await _tenantKey.CallAsync("GET", "/api/v1/agents")).GetProperty("items")[0].GetProperty("id").GetString();
        await _tenantKey.CallAsync("PATCH", $"/api/v1/agents/{echo}", """{"settings":{"delayMs":1500}}""");
        await using var talk = await Talk.OpenAsync(_product.Address, _channel);
        var session = talk.Welcome.GetProperty("session").GetString();
        for (var i = 0; i < 3; i++) await talk.SayAsync($"text {i}");

        await _product.AddPersonAsync("ada@example.org", Guid.Parse(_tenant), TenantRole.Admin);
        var member = await _product.SignInAsync("ada@example.org");

        await _owner.CallAsync("POST", $"/api/v1/tenants/{_tenant}/suspend", """{"reason":"Not paid since May."}""");
        Assert.Equal("policy", (await talk.ReadAsync("bye")).GetProperty("reason").GetString());
        Assert.Equal(404, await Talk.RefusalAsync(_product.Address, _channel, null));
        Assert.Contains("Not paid since May.", (await _tenantKey.FailAsync(403, "GET", "/api/v1/sessions")).GetProperty("detail").GetString(), StringComparison.Ordinal);

        // a member is led to the page that says why
        using (var led = await member.GetAsync(new Uri("/t/acme/overview", UriKind.Relative))) Assert.EndsWith("/account/suspended/acme", led.Headers.Location?.ToString(), StringComparison.Ordinal);
        var page = WebUtility.HtmlDecode(await member.GetStringAsync(new Uri("/account/suspended/acme", UriKind.Relative)));
        Assert.Contains("Acme is suspended", page, StringComparison.Ordinal);
        Assert.Contains("Not paid since May.", page, StringComparison.Ordinal);
        var owner = await _product.SignInAsync(Product.Owner);
        Assert.DoesNotContain("Acme is suspended", await owner.GetStringAsync(new Uri("/t/acme/overview", UriKind.Relative)), StringComparison.Ordinal);

        await _owner.CallAsync("POST", $"/api/v1/tenants/{_tenant}/resume");
        Assert.DoesNotContain("Acme is suspended", await member.GetStringAsync(new Uri("/t/acme/overview", UriKind.Relative)), StringComparison.Ordinal);
        List<string> said = [];
        await Until.TrueAsync("all are answered", async () =>
        {
            var items = (await _tenantKey.CallAsync("GET", $"/api/v1/sessions/{session}/messages")).GetProperty("items");
            said = [.. items.EnumerateArray().Where(m => m.GetProperty("from").GetString() == "agent").Select(m => m.GetProperty("text").GetString()!)];
            return said.Count == 3;
        });
        Assert.Equal(["text 0", "text 1", "text 2"], said);
        await using var again = await Talk.OpenAsync(_product.Address, _channel);
        await again.SayAsync("welcome back");
    }

    [Fact]
    public async Task Deleted_SocketsCloseAndNothingIsLeft()
    {
        await using var talk = await Talk.OpenAsync(_product.Address, _channel);
        await talk.SayAsync("hello");
        await talk.ReadAsync("message");
        using var deleted = await _owner.SendAsync("DELETE", $"/api/v1/tenants/{_tenant}");
        Assert.Equal(204, (int)deleted.StatusCode);
        await talk.ReadAsync("bye");
        await _tenantKey.FailAsync(401, "GET", "/api/v1/channels");
        Assert.Equal(404, await Talk.RefusalAsync(_product.Address, _channel, null));
        Assert.Null(_product.Get<ICatalog>().FindTenant("acme"));
        Assert.Empty((await _owner.CallAsync("GET", $"/api/v1/usage?tenant={_tenant}")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Quota_OfMessages_IsRateLimitedAndCounted()
    {
        await _owner.CallAsync("PATCH", $"/api/v1/tenants/{_tenant}", """{"quotas":{"messagesPerDay":2}}""");
        await using var talk = await Talk.OpenAsync(_product.Address, _channel);
        await talk.SayAsync("one");
        await talk.SayAsync("two");
        await talk.SendAsync("three");
        var error = await talk.ReadAsync("error");
        Assert.Equal("rate_limited", error.GetProperty("code").GetString());
        Assert.Contains("quota", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.InRange(error.GetProperty("retryAfterMs").GetDouble(), 1, 24 * 3600 * 1000.0);
        var usage = await _owner.CallAsync("GET", $"/api/v1/usage?tenant={_tenant}");
        Assert.Equal(2, usage.GetProperty("items")[0].GetProperty("messages").GetInt32());
    }
}
