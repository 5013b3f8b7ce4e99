using System.Net;
using System.Text.Json;
using OpenClaw.Portal.Endpoints.Archive;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>The export of ticked conversations: whole ones for their tenant, nothing for another.</summary>
[Trait("Category", "Slow")]
public sealed class SelectionExportTests(TwoTenants tenants) : IClassFixture<TwoTenants>
{
    [Fact]
    public async Task Export_OwnAndUnknown_GivesALineEach()
    {
        var own = await tenants.Product.SignInAsync($"{TwoTenants.Mark}@example.org");
        var unknown = Guid.NewGuid();
        using var answer = await own.GetAsync(Address(TwoTenants.VictimSlug, Guid.Parse(tenants.Ids["session"]), unknown));
        Assert.Equal("attachment; filename=\"conversations.jsonl\"", answer.Content.Headers.ContentDisposition?.ToString());
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).ToList();
        Assert.Equal(tenants.Ids["session"], lines[0].GetProperty("session").GetProperty("id").GetString());
        Assert.True(lines[0].GetProperty("messages").GetArrayLength() > 0);
        Assert.Equal((unknown, "There is no such conversation."), (lines[1].GetProperty("session").GetProperty("id").GetGuid(), lines[1].GetProperty("fault").GetString()));
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public async Task Export_OfAnotherTenant_GivesNothing()
    {
        using var under = await tenants.StrangePerson.GetAsync(Address(TwoTenants.VictimSlug, Guid.Parse(tenants.Ids["session"])));
        Assert.NotEqual(HttpStatusCode.OK, under.StatusCode);
        var own = await tenants.StrangePerson.GetStringAsync(Address(TwoTenants.StrangerSlug, Guid.Parse(tenants.Ids["session"])));
        Assert.DoesNotContain(TwoTenants.Mark, own, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no such conversation", own, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?session=x")]
    [InlineData("?session=00000000-0000-0000-0000-000000000000")]
    public async Task Export_WithoutIds_IsRefused(string query)
    {
        using var answer = await tenants.StrangePerson.GetAsync(new Uri($"/t/{TwoTenants.StrangerSlug}/conversations/export{query}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static Uri Address(string slug, params Guid[] sessions) => new(SelectionExport.Address($"/t/{slug}", sessions), UriKind.Relative);
}
