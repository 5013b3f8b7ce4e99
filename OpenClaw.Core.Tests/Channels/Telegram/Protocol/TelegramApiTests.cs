using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Core.Tests.Channels.Telegram.Protocol;

public sealed class TelegramApiTests
{
    private const string Token = "123456789:AAexampleSECRETexampleSECRETexample";

    [Fact]
    public async Task Call_Json_HasTheMethodTheTypeAndNamesInSnakeCase()
    {
        await using var place = await Place.StartAsync(_ => """{"ok":true,"result":{"message_id":77}}""");
        var sent = await place.Api.SendTextAsync(place.Access, new() { ChatId = 5, MessageThreadId = 6, Text = "hé", Entities = [new("bold", 0, 2)], ReplyParameters = new(9), ReplyMarkup = new([[new("Yes", "y")]]) }, default);
        Assert.Equal(77, sent.Value);
        var call = Assert.Single(place.Calls);
        Assert.Equal(("POST", $"/bot{Token}/sendMessage", "application/json"), (call.Method, call.Path, call.Type));
        Assert.Equal(
            """{"chat_id":5,"message_thread_id":6,"text":"hé","entities":[{"type":"bold","offset":0,"length":2}],"reply_parameters":{"message_id":9,"allow_sending_without_reply":true},"reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"y"}]]}}""",
            call.Body);
    }

    [Fact]
    public async Task Call_WithoutParameters_IsAnEmptyJsonObject()
    {
        await using var place = await Place.StartAsync(_ => """{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"B","username":"b_bot","can_join_groups":true}}""");
        var me = (await place.Api.GetMeAsync(place.Access, default)).Value!;
        Assert.Equal(("b_bot", true, false), (me.User.Username, me.CanJoinGroups, me.CanReadAllGroupMessages));
        Assert.Equal(("application/json", "{}"), (place.Calls[0].Type, place.Calls[0].Body));
    }

    [Theory]
    [InlineData(401, "Unauthorized", nameof(TelegramTrouble.TokenRefused), FailureKind.Authentication)]
    [InlineData(404, "Not Found", nameof(TelegramTrouble.TokenRefused), FailureKind.Authentication)]
    [InlineData(404, "Not Found: method not found", nameof(TelegramTrouble.UnknownMethod), FailureKind.Permanent)]
    [InlineData(403, "Forbidden: bot was blocked by the user", nameof(TelegramTrouble.ChatGone), FailureKind.Permanent)]
    [InlineData(403, "Forbidden: bot was kicked from the supergroup chat", nameof(TelegramTrouble.ChatGone), FailureKind.Permanent)]
    [InlineData(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", nameof(TelegramTrouble.Conflict), FailureKind.Transient)]
    [InlineData(400, "Bad Request: chat not found", nameof(TelegramTrouble.ChatGone), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: can't parse entities: Unsupported start tag", nameof(TelegramTrouble.EntitiesRefused), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: ENTITY_BOUNDS_INVALID", nameof(TelegramTrouble.EntitiesRefused), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: message is not modified: specified new message content", nameof(TelegramTrouble.NotModified), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: message to edit not found", nameof(TelegramTrouble.MessageGone), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: message to be replied not found", nameof(TelegramTrouble.ReplyGone), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: message thread not found", nameof(TelegramTrouble.ThreadGone), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: message is too long", nameof(TelegramTrouble.TooLong), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: BUTTON_DATA_INVALID", nameof(TelegramTrouble.ButtonsRefused), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: wrong file identifier/HTTP URL specified", nameof(TelegramTrouble.FileRefused), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: query is too old and response timeout expired or query ID is invalid", nameof(TelegramTrouble.QueryTooOld), FailureKind.Permanent)]
    [InlineData(400, "Bad Request: something new", nameof(TelegramTrouble.Other), FailureKind.Permanent)]
    [InlineData(413, "Request Entity Too Large", nameof(TelegramTrouble.FileRefused), FailureKind.Permanent)]
    [InlineData(500, "Internal Server Error", nameof(TelegramTrouble.ServerError), FailureKind.Transient)]
    [InlineData(502, "Bad Gateway", nameof(TelegramTrouble.ServerError), FailureKind.Transient)]
    public async Task Refusal_ByTheTable(int status, string said, string trouble, FailureKind kind)
    {
        await using var place = await Place.StartAsync(_ => JsonSerializer.Serialize(new { ok = false, error_code = status, description = said }), status);
        var failure = (await place.Api.SendTextAsync(place.Access, new() { ChatId = 5, Text = "x" }, default)).Failure!;
        Assert.Equal((trouble, kind), (failure.Trouble.ToString(), failure.Kind));
        Assert.Contains(said.Split(':')[0], failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}""", null, 7)]
    [InlineData("""{"ok":false,"error_code":429,"description":"Too Many Requests"}""", null, 60)]
    [InlineData("""{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":"x"}}""", null, 60)]
    [InlineData("""{"ok":false,"error_code":429,"description":"Too Many Requests"}""", "9", 9)]
    [InlineData("<html><h1>429 Too Many Requests</h1></html>", null, 60)]
    [InlineData("<html><h1>429 Too Many Requests</h1></html>", "11", 11)]
    [InlineData("", null, 60)]
    [InlineData("""{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":9223372036854775807}}""", null, 86_400)]
    [InlineData("""{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":0}}""", null, 1)]
    public async Task TooManyRequests_WithOrWithoutDelay_CoolsDown(string body, string? header, int seconds)
    {
        await using var place = await Place.StartAsync(_ => body, 429, header);
        var failure = (await place.Api.SendTextAsync(place.Access, new() { ChatId = 5, Text = "x" }, default)).Failure!;
        Assert.Equal((TelegramTrouble.Flood, FailureKind.RateLimited, TimeSpan.FromSeconds(seconds)), (failure.Trouble, failure.Kind, failure.RetryAfter));
    }

    [Theory]
    [InlineData(200, "<html>Sign in to the hotel's network</html>")]
    [InlineData(200, """{"result":1}""")]
    [InlineData(200, "null")]
    [InlineData(200, """{"ok":"yes"}""")]
    [InlineData(200, "")]
    [InlineData(401, "<html>proxy</html>")]
    [InlineData(404, "<html>no such page</html>")]
    [InlineData(502, "<html><h1>502 Bad Gateway</h1></html>")]
    [InlineData(302, "")]
    public async Task Page_ThatIsNoAnswerOfTheBotApi_IsTransient(int status, string body)
    {
        await using var place = await Place.StartAsync(_ => body, status);
        var failure = (await place.Api.GetMeAsync(place.Access, default)).Failure!;
        Assert.Equal((TelegramTrouble.NotTelegram, FailureKind.Transient), (failure.Trouble, failure.Kind));
    }

    [Fact]
    public async Task Migration_InARefusal_TellsTheNewId()
    {
        await using var place = await Place.StartAsync(_ => """{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}""", 400);
        Assert.Equal(-1001234567890, (await place.Api.SendTextAsync(place.Access, new() { ChatId = 5, Text = "x" }, default)).Failure!.MigrateTo);
    }

    [Fact]
    public async Task Token_WhateverFails_IsNowhere()
    {
        List<string> traced = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("System.Net", StringComparison.Ordinal) || source.Name.Length == 0,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (traced) traced.AddRange(activity.TagObjects.Select(t => $"{t.Key}={t.Value}").Append(activity.DisplayName));
            },
        };
        ActivitySource.AddActivityListener(listener);
        List<TelegramFailure> failures = [];
        foreach (var body in new[] { $"<html>no {Token} here</html>", $$"""{"ok":false,"error_code":400,"description":"bad /bot{{Token}}/x and {{Uri.EscapeDataString(Token)}}"}""" })
        {
            await using var place = await Place.StartAsync(_ => body, 400);
            failures.Add((await place.Api.GetMeAsync(place.Access, default)).Failure!);
            failures.Add((await place.Api.DownloadAsync(place.Access, "photos/1.jpg", 100, ReadAsync, default)).Failure!);
            Assert.DoesNotContain(Token, place.Access.ToString(), StringComparison.Ordinal);
        }

        using var calls = new OutgoingCalls(null, "*");
        var nobody = new TelegramAccess(RawServer.NobodyThere(), Token);
        failures.Add((await new TelegramApi(calls.Http, TimeProvider.System).GetMeAsync(nobody, default)).Failure!);
        using var shut = new OutgoingCalls(null);
        failures.Add((await new TelegramApi(shut.Http, TimeProvider.System).GetMeAsync(nobody, default)).Failure!);
        Assert.Equal(TelegramTrouble.AddressForbidden, failures[^1].Trouble);
        Assert.All(failures, f => Assert.DoesNotContain("SECRET", f.Detail, StringComparison.OrdinalIgnoreCase));
        lock (traced) Assert.All(traced, t => Assert.DoesNotContain("AAexampleSECRET", t, StringComparison.OrdinalIgnoreCase)); // the calls of other tests are heard too
    }

    [Fact]
    public async Task Poll_OpenLongerThanItsTimeout_IsCut()
    {
        var clock = new TestClock();
        await using var place = await Place.StartAsync(HttpServer.AbortedAsync, clock);
        var poll = place.Api.GetUpdatesAsync(place.Access, 5, TimeSpan.FromSeconds(50), default).AsTask();
        await place.AskedAsync();
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(poll.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TelegramTrouble.NoAnswer, (await poll).Failure!.Trouble);
    }

    [Fact]
    public async Task Poll_Request_NamesOffsetTimeoutAndTypes()
    {
        await using var place = await Place.StartAsync(_ => """{"ok":true,"result":[]}""");
        Assert.Empty((await place.Api.GetUpdatesAsync(place.Access, 5, TimeSpan.FromSeconds(50), default)).Value!.Updates);
        Assert.Equal("""{"offset":5,"limit":100,"timeout":50,"allowed_updates":["message","callback_query","my_chat_member"]}""", place.Calls[0].Body);
    }

    [Fact]
    public async Task Media_Bytes_AreMultipartWithTheNameAsItIs()
    {
        await using var place = await Place.StartAsync(_ => """{"ok":true,"result":{"message_id":7}}""");
        using var content = new MemoryStream("bytes"u8.ToArray());
        var sent = await place.Api.SendMediaAsync(place.Access, new()
        {
            Kind = "document", Place = new(5, 6), Content = content, FileName = "Bericht \"für\" dich\r\n/../x.txt", ContentType = "text/plain", Caption = "hé", CaptionEntities = [new("bold", 0, 2)], ReplyMarkup = new([[new("Y", "y")]]),
        }, default);
        Assert.Equal(7, sent.Value);
        var call = Assert.Single(place.Calls);
        Assert.Equal($"/bot{Token}/sendDocument", call.Path);
        Assert.StartsWith("multipart/form-data; boundary=", call.Type, StringComparison.Ordinal);
        Assert.Contains("name=\"chat_id\"\r\n\r\n5\r\n", call.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"caption\"\r\n\r\nhé\r\n", call.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"caption_entities\"\r\n\r\n[{\"type\":\"bold\",\"offset\":0,\"length\":2}]\r\n", call.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"document\"; filename=\"Bericht für dich..x.txt\"", call.Body, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nbytes\r\n", call.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/lib/telegram-bot-api/x.jpg")]
    [InlineData("../../secret")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("a\\..\\b")]
    public async Task Download_PathThatIsNone_IsRefusedWithoutACall(string path)
    {
        await using var place = await Place.StartAsync(_ => "x");
        Assert.Equal(TelegramTrouble.FileRefused, (await place.Api.DownloadAsync(place.Access, path, 100, ReadAsync, default)).Failure!.Trouble);
        Assert.Empty(place.Calls);
    }

    [Fact]
    public async Task Download_Path_IsEscapedAndItsBytesArrive()
    {
        await using var place = await Place.StartAsync(_ => "12345");
        Assert.Equal("12345", (await place.Api.DownloadAsync(place.Access, "photos/a?b#c.jpg", 5, ReadAsync, default)).Value);
        Assert.Equal($"/file/bot{Token}/photos/a?b#c.jpg", place.Calls[0].Path);
    }

    [Fact]
    public async Task Download_AboveTheLimit_Stops()
    {
        await using var place = await Place.StartAsync(context =>
        {
            context.Response.ContentLength = 200_000;
            return new('x', 200_000);
        });
        Assert.Equal(TelegramTrouble.FileRefused, (await place.Api.DownloadAsync(place.Access, "a", 1_000, ReadAsync, default)).Failure!.Trouble);
    }

    [Theory]
    [InlineData("123:abc", true)]
    [InlineData("123456789:AAexample-token_x", true)]
    [InlineData("123", false)]
    [InlineData("abc:def", false)]
    [InlineData("123:a/../b", false)]
    [InlineData("123:a b", false)]
    [InlineData("123:abc\n", false)]
    [InlineData("", false)]
    public void IsToken_Form(string token, bool isOne) => Assert.Equal(isOne, TelegramAccess.IsToken(token));

    private static async ValueTask<string> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private sealed record Call(string Method, string Path, string? Type, string Body);

    private sealed class Place(HttpServer server, OutgoingCalls http, TimeProvider clock) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<Call> Calls { get; } = [];

        public TelegramApi Api { get; } = new(http.Http, clock);

        public TelegramAccess Access { get; } = new(server.Url, Token);

        public static async Task<Place> StartAsync(Func<HttpContext, string> answer, int status = 200, string? retryAfter = null)
        {
            return await StartAsync(
                async context =>
                {
                    context.Response.StatusCode = status;
                    if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
                    await context.Response.WriteAsync(answer(context));
                }, TimeProvider.System);
        }

        public static async Task<Place> StartAsync(RequestDelegate answer, TimeProvider clock)
        {
            Place? place = null;
            var server = await HttpServer.StartAsync(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                lock (place!.Calls) place.Calls.Add(new(context.Request.Method, context.Request.Path.Value!, context.Request.ContentType, Encoding.UTF8.GetString(body.ToArray())));
                place._asked.TrySetResult();
                await answer(context);
            });
            return place = new(server, new(null, "127.0.0.1"), clock);
        }

        public Task AskedAsync() => _asked.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await server.DisposeAsync();
        }
    }
}
