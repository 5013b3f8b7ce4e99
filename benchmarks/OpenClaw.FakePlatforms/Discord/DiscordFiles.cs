using System.Globalization;
using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord;

/// <summary>Files of messages, under signed addresses that pass away.</summary>
internal sealed class DiscordFiles(DiscordWorld world, FileLinks links, RequestLedger ledger)
{
    public async Task ServeAsync(HttpContext context)
    {
        ledger.Count("GET /attachments");
        if (context.Request.Headers.Authorization.Count > 0) ledger.Violate("GET /attachments", "the bot's token was sent to the host of the files, which must not know it");
        var query = context.Request.Query;
        if (context.Request.Path.Value!.Split('/') is not [_, _, _, var id, _] || !links.IsGood(id, query["ex"].ToString(), query["hm"].ToString()) || Find(id) is not { } file)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("This content is no longer available.");
            return;
        }

        context.Response.ContentType = file.File.ContentType;
        context.Response.ContentLength = file.File.Bytes.Length;
        await context.Response.Body.WriteAsync(file.File.Bytes, context.RequestAborted);
    }

    private DiscordAttachment? Find(string id)
    {
        lock (world.Gate) return ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? world.File(number) : null;
    }
}
