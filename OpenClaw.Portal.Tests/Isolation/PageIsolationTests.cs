using System.Net;
using OpenClaw.Portal.Tests.Browser;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>
/// Every page is asked for by the admin of another tenant, under the tenant's own address and under the admin's with the tenant's
/// ids. What a page shows when it is asked for is what it shows first in the browser, as pages are rendered on the server before.
/// A page with a parameter that has no id here fails: whoever adds a page says how it is attacked.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PageIsolationTests(TwoTenants tenants) : IClassFixture<TwoTenants>
{
    /// <summary>By page address (constraints left out): which resource stands in its parameter.</summary>
    private static readonly Dictionary<string, string> Resources = new(StringComparer.Ordinal)
    {
        ["/t/{Slug}/agents/{Id}"] = "agent",
        ["/t/{Slug}/agents/pools/{Id}"] = "pool",
        ["/t/{Slug}/channels/{Id}"] = "channel",
        ["/t/{Slug}/channels/{Id}/held"] = "channel",
        ["/t/{Slug}/routing/{Id}"] = "routing-rule",
        ["/t/{Slug}/routing/intents/{Id}"] = "intent",
        ["/t/{Slug}/conversations/{Id}"] = "session",
        ["/t/{Slug}/archive/{Id}"] = "archived",
        ["/t/{Slug}/dead-letters/{Id}"] = "dead-letter",
        ["/t/{Slug}/replays/{Id}"] = "replay",
        ["/t/{Slug}/event-webhooks/{Id}"] = "event-webhook",
        ["/t/{Slug}/audit/{Id}"] = "audit",
        ["/owner/audit/{Id}"] = "audit",
        ["/owner/tenants/{Id}"] = "tenant",
        ["/owner/jobs/{Name}"] = "attachments",
        ["/owner/people/{Id}"] = "member",
    };

    public static TheoryData<string> TenantPages => [.. SiteMap.Templates.Where(t => t.StartsWith("/t/", StringComparison.Ordinal))];

    public static TheoryData<string> PersonPages => [.. SiteMap.Templates.Where(t => t.StartsWith("/account", StringComparison.Ordinal) && !t.Contains('{', StringComparison.Ordinal))];

    [Theory, MemberData(nameof(TenantPages))]
    public async Task Page_OfAnotherTenant_IsNotThere(string template)
    {
        using var answer = await tenants.StrangePerson.GetAsync(Address(template, TwoTenants.VictimSlug));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        AssertUnmarked(template, await answer.Content.ReadAsStringAsync());
    }

    [Theory, MemberData(nameof(TenantPages))]
    public async Task Page_OfOwnTenant_WithIdsOfAnother_ShowsNothingOfIt(string template)
    {
        using var answer = await tenants.StrangePerson.GetAsync(Address(template, TwoTenants.StrangerSlug));
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{template}: {(int)answer.StatusCode}");
        AssertUnmarked(template, await answer.Content.ReadAsStringAsync());
    }

    [Theory, MemberData(nameof(TenantPages))]
    public async Task Page_WithoutSignIn_LeadsToSignIn(string template)
    {
        using var answer = await tenants.Product.Client().GetAsync(Address(template, TwoTenants.VictimSlug));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/account/sign-in", answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.AbsolutePath : answer.Headers.Location.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_OfTheOwner_AreNotThereForAnAdmin()
    {
        foreach (var template in SiteMap.Templates.Where(t => t.StartsWith("/owner", StringComparison.Ordinal)))
        {
            using var answer = await tenants.StrangePerson.GetAsync(Address(template, TwoTenants.VictimSlug));
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{template}: {(int)answer.StatusCode}");
            AssertUnmarked(template, await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory, MemberData(nameof(PersonPages))]
    public async Task Page_OfThePerson_ShowsNothingOfAnotherTenant(string template)
    {
        using var answer = await tenants.StrangePerson.GetAsync(new Uri(template, UriKind.Relative));
        Assert.True((int)answer.StatusCode < 500, $"{template}: {(int)answer.StatusCode}");
        AssertUnmarked(template, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A member sees the marks: else the tests above would pass on empty pages.</summary>
    [Fact]
    public async Task Conversation_ByItsOwnTenant_ShowsTheMark()
    {
        var own = await tenants.Product.SignInAsync($"{TwoTenants.Mark}@example.org");
        Assert.Contains(TwoTenants.Mark, await own.GetStringAsync(Address("/t/{Slug}/conversations/{Id}", TwoTenants.VictimSlug)), StringComparison.Ordinal);
        Assert.Contains($"{TwoTenants.Mark} answer", await own.GetStringAsync(Address("/t/{Slug}/archive/{Id}", TwoTenants.VictimSlug)), StringComparison.Ordinal);
    }

    [Theory, InlineData("conversations", "session"), InlineData("archive", "archived")]
    public async Task Export_OfAnotherTenant_IsNotThere(string page, string resource)
    {
        foreach (var slug in new[] { TwoTenants.VictimSlug, TwoTenants.StrangerSlug })
        {
            using var answer = await tenants.StrangePerson.GetAsync(new Uri($"/t/{slug}/{page}/{tenants.Ids[resource]}/export?format=txt", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            AssertUnmarked(page, await answer.Content.ReadAsStringAsync());
        }

        var own = await tenants.Product.SignInAsync($"{TwoTenants.Mark}@example.org");
        Assert.Contains(TwoTenants.Mark, await own.GetStringAsync(new Uri($"/t/{TwoTenants.VictimSlug}/{page}/{tenants.Ids[resource]}/export?format=txt", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static void AssertUnmarked(string page, string html) =>
        Assert.False(html.Contains(TwoTenants.Mark, StringComparison.OrdinalIgnoreCase), $"{page} shows another tenant's:\n{html}");

    private Uri Address(string template, string slug)
    {
        var path = template.Replace("{Slug}", slug, StringComparison.Ordinal);
        while (path.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start)
        {
            Assert.True(Resources.TryGetValue(template, out var resource), $"{template} has a parameter: say in {nameof(Resources)} what stands in it.");
            path = path[..start] + tenants.Ids.GetValueOrDefault(resource, resource) + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..];
        }

        return new(path, UriKind.Relative);
    }
}
