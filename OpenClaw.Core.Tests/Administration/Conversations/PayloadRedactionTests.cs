using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class PayloadRedactionTests
{
    public static TheoryData<string> Secrets =>
    [
        "ock_0123456789abcdef0123456789abcdef", "sk-proj-abcdefghijklmnop1234", "sk-ant-" + "abc0-abcdefghijklmnop", "xoxb-1234567890-abcdef", "ghp_0123456789abcdefghij01",
        "github_pat_0123456789abcdefghij01", "AKIAIOSFODNN7EXAMPLE", "123456789:AAF0123456789abcdefghijklmnopqrstuv", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Bearer abcdef123456", "Basic dXNlcjpwYXNz", "Rm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A=",
    ];

    public static TheoryData<string> People => ["ada@example.org", "a.b+c@mail.example.co.uk", "+49 170 1234567", "0049 (30) 1234-5678", "tg-4711", "ada lovelace"];

    [Theory, MemberData(nameof(Secrets))]
    public void Text_WithASecret_ShowsItToNobody(string secret)
    {
        foreach (var role in Enum.GetValues<TenantRole>())
        {
            var shown = For(role).Text($"my key is {secret}, keep it");
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.StartsWith("my key is ", shown, StringComparison.Ordinal);
            Assert.EndsWith(", keep it", shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://h/files/a?name=x.png&exp=17&sig=abc_DEF-1", "https://h/files/a?name=x.png&exp=17&sig=[secret]")]
    [InlineData("see https://s3/x?X-Amz-Signature=00ff&x=1 there", "see https://s3/x?X-Amz-Signature=[secret]&x=1 there")]
    [InlineData("https://h/cb?code=abc#x", "https://h/cb?code=[secret]")]
    public void Text_SignedLink_LosesWhatSignsIt(string link, string shown) => Assert.Equal(shown, For(TenantRole.Admin).Text(link));

    [Theory, MemberData(nameof(People))]
    public void Text_WithAPerson_IsForThoseWhoWorkInConversations(string person)
    {
        var text = $"write to {person} now";
        Assert.Equal("write to [personal data] now", For(TenantRole.Viewer).Text(text));
        Assert.Equal(text, For(TenantRole.Operator).Text(text));
        Assert.Equal(text, For(TenantRole.Admin).Text(text));
    }

    [Theory]
    [InlineData("order 4711 costs 12.50 EUR since 2026-11-23")]
    [InlineData("at 10:15:30, 3 of 4, on 23.11.2026")]
    [InlineData("The tenant's default agent.")]
    [InlineData("")]
    public void Text_Harmless_StaysAsItIs(string text) => Assert.Equal(text, For(TenantRole.Viewer).Text(text));

    [Fact]
    public void Apply_FieldsByName_HidesWholePartsToo()
    {
        var payload = JsonNode.Parse("""
            {"text":"hi","botToken":"x","headers":{"Authorization":"y","X":"z"},"credentials":{"a":1},"userId":"u1","first_name":"A","phone":4915112345678,
             "chat_id":99,"name":"photo.png","id":"7","list":[{"email":"a@b.de"},"c@d.de",true,null],"number":123456789012,"by a@b.de":1}
            """);
        Assert.Equal(
            """{"text":"hi","botToken":"[secret]","headers":{"Authorization":"[secret]","X":"z"},"credentials":"[secret]","userId":"[personal data]","first_name":"[personal data]","phone":"[personal data]","chat_id":"[personal data]","name":"photo.png","id":"7","list":[{"email":"[personal data]"},"[personal data]",true,null],"number":"[personal data]","by [personal data]":1}""",
            For(TenantRole.Viewer).Apply(payload)!.ToJsonString());
        var forOperator = For(TenantRole.Operator).Apply(payload)!.ToJsonString();
        Assert.Contains("\"userId\":\"u1\"", forOperator, StringComparison.Ordinal);
        Assert.Contains("4915112345678", forOperator, StringComparison.Ordinal);
        Assert.Contains("\"botToken\":\"[secret]\"", forOperator, StringComparison.Ordinal);
        Assert.Contains("\"credentials\":\"[secret]\"", forOperator, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_LongAndHostile_IsDoneInTime()
    {
        var hostile = string.Concat(Enumerable.Repeat("1 ", 50_000)) + new string('a', 50_000) + new string('@', 10_000) + string.Concat(Enumerable.Repeat("a.", 20_000));
        Assert.True(For(TenantRole.Viewer).Text(hostile).Length > 0);
    }

    private static PayloadRedaction For(TenantRole role) =>
        PayloadRedaction.For(new Caller(Guid.NewGuid(), ActorKind.Person, Guid.NewGuid(), "x", Roles.ScopesOf(role)), "tg-4711", "Ada Lovelace", "", null);
}
