using System.Text;
using System.Text.Encodings.Web;

namespace OpenClaw.Portal.Endpoints;

/// <summary>Colours of the chat page; <see cref="Auto"/> follows the reader's system.</summary>
public enum ChatTheme
{
    Auto,
    Light,
    Dark,
}

/// <summary>What the chat page of one channel shows.</summary>
/// <param name="Title">Plain text; the page encodes it.</param>
/// <param name="Theme">Colours.</param>
/// <param name="MaxAttachmentBytes">Lets the page refuse a larger file at once; <c>null</c> leaves it to the socket.</param>
public sealed record ChatPage(string Title, ChatTheme Theme = ChatTheme.Auto, long? MaxAttachmentBytes = null);

/// <summary>Finds the chat page of a channel among the configured channels, of all tenants.</summary>
public interface IChatPageSource
{
    /// <returns><c>null</c> when there is no such WebSocket channel or it is disabled.</returns>
    ValueTask<ChatPage?> FindAsync(Guid channelId, CancellationToken cancellationToken);
}

/// <summary>The full-page shell around <c>widget.js</c>, open to anyone: the socket decides who may talk.</summary>
public static class ChatEndpoints
{
    /// <summary>
    /// Scripts and styles of this origin only, no inline code; any site may embed the page. The portal's own pages,
    /// which carry a login, must keep <c>frame-ancestors 'none'</c>.
    /// </summary>
    internal const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors *";

    /// <summary>Maps <c>GET /chat/{channelId}</c>; needs an <see cref="IChatPageSource"/>.</summary>
    public static IEndpointRouteBuilder MapChat(this IEndpointRouteBuilder app)
    {
        app.MapGet("/chat/{channelId:guid}", ShowAsync).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static async Task ShowAsync(HttpContext context, Guid channelId, IChatPageSource pages)
    {
        var page = await pages.FindAsync(channelId, context.RequestAborted);
        if (page is not null && IsPreview(context)) page = Dressed(page, context.Request.Query);
        var response = context.Response;
        response.StatusCode = page is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        var root = context.Request.PathBase.ToUriComponent();
        await response.WriteAsync(page is null ? NotFound(root) : Document(root, channelId, page), Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Only people who are signed in at the portal may have it look as the address says: nobody shall make links that show words of theirs.</summary>
    private static bool IsPreview(HttpContext context) => context.Request.Query["preview"] == "true" && context.User.Identity?.IsAuthenticated == true;

    private static ChatPage Dressed(ChatPage page, IQueryCollection query) => page with
    {
        Title = query["title"].ToString() is { Length: > 0 and <= 80 } title ? title : page.Title,
        Theme = query["theme"].ToString() switch { "light" => ChatTheme.Light, "dark" => ChatTheme.Dark, "auto" => ChatTheme.Auto, _ => page.Theme },
    };

    private static string Document(string root, Guid channelId, ChatPage page)
    {
        var theme = page.Theme switch { ChatTheme.Light => "light", ChatTheme.Dark => "dark", _ => "auto" };
        var limit = page.MaxAttachmentBytes is { } bytes ? $" data-max-upload=\"{bytes}\"" : "";
        return Html(root, theme, page.Title, $"""
            <script src="{Encode(root)}/widget.js" defer></script>
            </head>
            <body>
            <div id="openclaw-chat" data-mode="page" data-channel="{channelId:D}" data-title="{Encode(page.Title)}" data-theme="{theme}"{limit}></div>
            <noscript><div class="message"><h1 dir="auto">{Encode(page.Title)}</h1><p>This chat needs JavaScript. Switch it on for this page and reload.</p></div></noscript>
            """);
    }

    private static string NotFound(string root) => Html(root, "auto", "Chat not available", """
        </head>
        <body>
        <main class="message"><h1>This chat is not available</h1><p>The address may be wrong, or the chat has been switched off. Ask whoever gave you the link for a new one.</p></main>
        """);

    private static string Html(string root, string theme, string title, string rest) => $"""
        <!DOCTYPE html>
        <html lang="en" data-theme="{theme}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
        <meta name="robots" content="noindex">
        <title>{Encode(title)}</title>
        <link rel="stylesheet" href="{Encode(root)}/chat/chat.css">
        {rest}
        </body>
        </html>
        """;

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
